package cli

import (
	"errors"
	"fmt"
)

// publishing are the flags about where, beside standard output, a result goes.
type publishing struct {
	Environment *string `placeholder:"NAME" help:"What the space is to those who read the result elsewhere, such as production."`
}

// longestEnvironment keeps markers and titles short.
const longestEnvironment = 100

func (p publishing) check() error {
	switch {
	case p.Environment == nil:
		return nil
	case *p.Environment == "":
		return errors.New("--environment is empty: leave it out, or name one")
	case len(*p.Environment) > longestEnvironment:
		return fmt.Errorf("--environment has %d bytes, and %d are allowed", len(*p.Environment), longestEnvironment)
	}
	return nil
}

// AfterApply makes the environment known to whatever is printed.
func (p publishing) AfterApply(a *app) error {
	if p.Environment != nil {
		a.environment = *p.Environment
	}
	return nil
}
