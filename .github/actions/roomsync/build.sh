#!/usr/bin/env bash
# Builds roomsync, from the revision that the action is used at or from another
# one, and tells the next step where the program is.
set -euo pipefail

refuse() {
	printf '::error title=roomsync::%s\n' "$1"
	printf 'failure-reason=build-failed\n' >>"$GITHUB_OUTPUT"
	exit 1
}

token=$FETCH_TOKEN
unset FETCH_TOKEN # no other program has to see it
root=$GITHUB_ACTION_PATH/../../..
place=$(mktemp -d "$RUNNER_TEMP/roomsync.XXXXXX")
name=$ACTION_REF

if [ -n "$VERSION" ]; then
	# Also keeps out what git would read as a flag or as a refspec.
	[[ $VERSION =~ ^[A-Za-z0-9][A-Za-z0-9._/+-]*$ ]] ||
		refuse "input version must be a tag, a branch or a full commit, not $(printf %q "$VERSION")"
	[ -n "$ACTION_REPOSITORY" ] ||
		refuse "input version needs the action to be used as OWNER/REPOSITORY/.github/actions/roomsync@REF: a local path does not say where to fetch from"
	root=$place/source name=$VERSION
	git init -q "$root"
	(
		# In the environment, where the list of processes does not show it.
		if [ -n "$token" ]; then
			export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$SERVER_URL/.extraHeader"
			GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n')"
			export GIT_CONFIG_VALUE_0
		fi
		export GIT_TERMINAL_PROMPT=0
		git -C "$root" fetch -q --depth=1 -- "$SERVER_URL/$ACTION_REPOSITORY" "$VERSION"
	) || refuse "cannot fetch version $VERSION from $SERVER_URL/$ACTION_REPOSITORY"
	git -C "$root" checkout -q --detach FETCH_HEAD
fi

# Inside of somebody else's action, the repository named above is theirs.
grep -qx 'module roomsync' "$root/go.mod" ||
	refuse "${ACTION_REPOSITORY:-this repository} does not hold roomsync${VERSION:+ at $VERSION}"

# The workflow's own Go settings are about another program; and what git would
# tell the compiler is known better here, where there may be no checkout.
[[ $name =~ ^[A-Za-z0-9._/+-]*$ ]] || name=
export GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0
(cd "$root" && go build -trimpath -buildvcs=false -ldflags "-X roomsync/internal/cli.Version=$name" -o "$place/roomsync" .) ||
	refuse "roomsync cannot be built${VERSION:+ at $VERSION}"
printf 'roomsync=%s\n' "$place/roomsync" >>"$GITHUB_OUTPUT"
