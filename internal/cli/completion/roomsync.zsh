#compdef roomsync
# Completion of roomsync for zsh. Put it into a folder of $fpath as _roomsync.
_roomsync() {
	local line
	local -a found
	while IFS= read -r line; do
		case $line in
		:files) _files; return ;;
		:*) ;;
		*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
		esac
	done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
	_describe roomsync found
}
if [ "$funcstack[1]" = _roomsync ]; then _roomsync "$@"; else compdef _roomsync roomsync; fi
