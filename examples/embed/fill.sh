#!/bin/sh
# Puts the guest token of a room into the page: index.html → public/index.html.
#
#   ./fill.sh my_room                 ROOMSYNC=path/to/roomsync if it is not on the PATH
#   ./fill.sh my_room moderator       for a page that only moderators can get
set -eu
room=${1:?which room? ./fill.sh my_room}
name=${2:-guest}
case $name in
guest) ;;
moderator) echo "warning: this page gives the room away: whoever gets it can mute and remove everybody" >&2 ;;
*)
	echo "there is no token $name: choose guest or moderator" >&2
	exit 1
	;;
esac

# One line, GUEST_TOKEN=vpt_…
token=$("${ROOMSYNC:-roomsync}" tokens list "$room" "$name" --format dotenv)
token=${token#*_TOKEN=}
case $token in
'' | *[!A-Za-z0-9_-]*) # it must not become anything else in the page
	echo "this is no token: nothing was written" >&2
	exit 1
	;;
esac

cd "$(dirname "$0")"
mkdir -p public
# By the environment, as arguments can be seen by others on the machine.
TOKEN=$token awk '{ gsub(/@TOKEN@/, ENVIRON["TOKEN"]); print }' index.html >public/index.html.new
mv public/index.html.new public/index.html
echo "wrote public/index.html with the $name token of $room" >&2
