package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// Help is shown below the description.
func (grammar) Help() string {
	return `Exit codes: 0 done, or nothing to do; 1 an error, and nothing was written; 2 a difference
was found; 3 only a part was done; 4 refused; 5 the saved plan does not fit any more;
130 interrupted. roomsync man | man -l - shows the whole manual.

Examples:
  roomsync init            begin a file of your own
  roomsync plan --sandbox  try it without an account
  roomsync plan            see what would change; nothing does
  roomsync apply           see it, say yes, and it does
  roomsync drift           see what somebody else has changed since`
}

// cutExamples takes the examples off the end of a help text.
func cutExamples(detail string) (text, examples string) {
	text, examples, _ = strings.Cut("\n"+detail, "\nExamples:\n")
	return strings.TrimSpace(text), examples
}

// printHelp prints what kong does, and the examples last, where whoever has asked
// for help on a terminal looks first.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	var examples string
	node.Detail, examples = cutExamples(node.Detail)
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || examples == "" {
		return err
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\nExamples:\n%s\n", examples)
	return err
}
