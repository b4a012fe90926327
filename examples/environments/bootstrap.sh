#!/bin/sh
# Shows the way of an environment from the repository and back, against two
# practice spaces without a single room: the files make the rooms of the first,
# an export of the first makes those of the second, and nothing differs.
#
#   ./bootstrap.sh [dev|staging|prod]     ROOMSYNC=path/to/roomsync if it is not on the PATH
set -eu
environment=${1:-dev}
roomsync=${ROOMSYNC:-roomsync}
case $roomsync in */*) roomsync=$(cd "$(dirname "$roomsync")" && pwd)/$(basename "$roomsync") ;; esac
command -v "$roomsync" >/dev/null || {
	echo "there is no program $roomsync: build it, and name it in ROOMSYNC" >&2
	exit 1
}
cd "$(dirname "$0")"
if [ ! -f "$environment.yaml" ] || [ ! -f "$environment.env" ]; then
	echo "there is no environment $environment: choose dev, staging or prod" >&2
	exit 1
fi

work=$(mktemp -d)
spaces=
finish() {
	for pid in $spaces; do kill "$pid" 2>/dev/null || true; done
	wait
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# begin NAME: an empty space, whose credentials go to $work/NAME.
begin() {
	: >"$work/$1"
	"$roomsync" sandbox --quiet --empty --listen 127.0.0.1:0 >"$work/$1" &
	spaces="$spaces $!"
	until grep -q SIGNALWIRE_SPACE= "$work/$1"; do
		kill -0 "$!" # or it has ended, and said why
		sleep 0.1
	done
}

# enter NAME: what follows is about that space.
enter() {
	unset SIGNALWIRE_SPACE SIGNALWIRE_PROJECT_ID SIGNALWIRE_API_TOKEN
	. "$work/$1"
	export SIGNALWIRE_SPACE SIGNALWIRE_PROJECT_ID SIGNALWIRE_API_TOKEN
}

step() { printf '\n# %s\n' "$*"; }

# Each environment's file names its own space. Here it is the practice space.
from_files() {
	command=$1
	shift
	"$roomsync" "$command" -f base.yaml -f "$environment.yaml" --var-file "$environment.env" \
		--var SPACE="${SIGNALWIRE_SPACE#http://}" "$@"
}

unset SIGNALWIRE_PROJECT_ID SIGNALWIRE_API_TOKEN # a practice space has its own
begin first
begin second

enter first
step "the rooms of $environment, out of the files"
from_files apply --yes
step "they are what the files say"
from_files drift

step "the same rooms as a file of their own"
"$roomsync" export --out "$work/exported.yaml"
cat "$work/exported.yaml"
step "which plans no change"
"$roomsync" plan -f "$work/exported.yaml" --detailed-exitcode

enter second
step "another space, out of that file"
grep -v '^space: ' "$work/exported.yaml" >"$work/anywhere.yaml"
"$roomsync" apply -f "$work/anywhere.yaml" --yes
step "it is what the first is"
from_files drift
"$roomsync" export --quiet | grep -v '^space: ' >"$work/again.yaml"
diff "$work/anywhere.yaml" "$work/again.yaml"
echo "nothing differs"
