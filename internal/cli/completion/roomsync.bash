# Completion of roomsync for bash. Source it, or put it among bash's completions.
_roomsync() {
	local line word glue='' strip='' words=() cur=${COMP_WORDS[COMP_CWORD]}
	# bash cuts --format=json into three words, and completes the last of them.
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [ "${#words[@]}" -gt 0 ] && { [ "$word" = = ] || [ -n "$glue" ]; }; then
			words[${#words[@]}-1]+=$word
		else
			words+=("$word")
		fi
		glue=${word/#[^=]*/}
	done
	word=${words[${#words[@]}-1]}
	if [ "$cur" = = ]; then cur=''; fi
	if [ "$word" != "$cur" ]; then strip=${word%"$cur"}; fi
	COMPREPLY=()
	while IFS= read -r line; do
		if [ "$line" = :files ]; then
			compopt -o default
			return
		fi
		line=${line%%$'\t'*}
		COMPREPLY+=("${line#"$strip"}")
	done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
}
complete -F _roomsync roomsync
