# Completion of roomsync for fish. Put it into ~/.config/fish/completions/.
function __roomsync_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test "$found[-1]" = ":files"
        __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\n' $found
end
complete -c roomsync -f -a '(__roomsync_complete)'
