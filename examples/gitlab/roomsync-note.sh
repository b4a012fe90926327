#!/bin/sh
# Keeps one note on the merge request up to date. Its argument is a file that
# roomsync wrote with --format markdown; the first line of it names the
# environment and is how the note is found again. Needs curl and jq, and
# ROOMSYNC_NOTE_TOKEN, a project access token with the scope api.
set -eu

document=$1
marker=$(sed -n '1s/^\(<!-- roomsync environment="[^"]*"\).*$/\1/p' "$document")
if [ -z "$marker" ]; then
	echo "$document does not begin with roomsync's marker" >&2
	exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# In a file that only this job can read: the list of processes shows arguments.
printf 'PRIVATE-TOKEN: %s\n' "$ROOMSYNC_NOTE_TOKEN" >"$folder/header"
# A line that begins with a slash would be an order to GitLab, given by us.
sed "s|^/|$(printf '\342\200\213')/|" "$document" >"$folder/body"

call() {
	curl --silent --show-error --fail-with-body --max-time 60 --header "@$folder/header" "$@"
}

# Anybody can write a note that begins with the marker: only ours counts.
user=$(call "$CI_API_V4_URL/user")
me=$(printf '%s' "$user" | jq .id)
notes=$CI_API_V4_URL/projects/$CI_MERGE_REQUEST_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
note=
page=1
while [ -z "$note" ]; do
	found=$(call "$notes?sort=asc&per_page=100&page=$page")
	note=$(printf '%s' "$found" | jq -r --argjson me "$me" --arg marker "$marker" \
		'[.[] | select(.author.id == $me and (.body | startswith($marker)))] | first | .id // empty')
	if [ "$(printf '%s' "$found" | jq length)" -lt 100 ]; then break; fi
	page=$((page + 1))
done

if [ -n "$note" ]; then
	call --request PUT --data-urlencode "body@$folder/body" --output /dev/null "$notes/$note"
	echo "updated note $note"
else
	call --data-urlencode "body@$folder/body" --output /dev/null "$notes"
	echo "wrote a note"
fi
