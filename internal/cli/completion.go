package cli

import (
	_ "embed"
	"io"
)

var (
	//go:embed completion/roomsync.bash
	bashCompletion string
	//go:embed completion/roomsync.zsh
	zshCompletion string
	//go:embed completion/roomsync.fish
	fishCompletion string
	//go:embed completion/roomsync.ps1
	powershellCompletion string
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish or powershell."`
}

// Help is shown below the flags.
func (completionCmd) Help() string {
	return `Prints a script for your shell, which completes commands, flags, values and the
names of rooms: those of the file, and for export and tokens also the live ones.

Examples:
  source <(roomsync completion bash)                 now; in ~/.bashrc always
  roomsync completion zsh > "${fpath[1]}/_roomsync"  once; then a new shell
  roomsync completion fish > ~/.config/fish/completions/roomsync.fish
  roomsync completion powershell | Out-String | Invoke-Expression  in $PROFILE`
}

// Run prints a script.
func (c completionCmd) Run(a *app) error {
	script := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion, "powershell": powershellCompletion}[c.Shell]
	_, err := io.WriteString(a.Out, script)
	return err
}
