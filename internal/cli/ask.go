package cli

import (
	"bufio"
	"fmt"
	"strings"
)

// nobodyThere is the refusal where there is no terminal.
const nobodyThere = "this is not a terminal, so nobody can be asked: pass --yes"

// notAnswered is the refusal of somebody who interrupts the question.
const notAnswered = "interrupted before anything was begun"

// ask asks the person at the terminal, and says why not to go on, or nothing.
func (a *app) ask(question string) (refusal string) {
	if !a.Terminal {
		return nobodyThere
	}
	for line := range strings.Lines(question + " Only \"yes\" will do:") {
		asked, ended := strings.CutSuffix(line, "\n")
		fmt.Fprint(a.Err, a.wrapped(asked, 0)+map[bool]string{true: "\n", false: " "}[ended])
	}
	answer := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(a.In).ReadString('\n')
		if err != nil {
			fmt.Fprintln(a.Err) // the input ended without one
		}
		answer <- strings.TrimSpace(line)
	}()
	select {
	case word := <-answer:
		if word != "yes" {
			return fmt.Sprintf("the answer was %q, not \"yes\"", word)
		}
		return ""
	case <-a.ctx.Done():
		fmt.Fprintln(a.Err)
		return notAnswered
	}
}
