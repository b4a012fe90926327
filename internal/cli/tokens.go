package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/render"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

type tokensCmd struct {
	List  tokensListCmd  `cmd:"" readme:"reveal out" help:"List the moderator and the guest token of a room with a prebuilt UI."`
	Reset tokensResetCmd `cmd:"" readme:"yes out" help:"Replace the moderator or the guest token of a room with a prebuilt UI."`
	Issue tokensIssueCmd `cmd:"" readme:"role user valid" help:"Make a token for one person, for a room of either kind."`
}

// Help is shown below the flags.
func (tokensCmd) Help() string {
	return `A room with a prebuilt UI comes with two tokens, moderator and guest: tokens list
shows them, tokens reset replaces one. For any room tokens issue makes one for one
person, with what that person may do and for how long.

Examples:
  roomsync tokens list my_room
  roomsync tokens reset my_room guest
  roomsync tokens issue stage --role host --user "Jo Smith" --valid 2h`
}

type tokensListCmd struct {
	Room string  `arg:"" help:"The room: its name, or its ID."`
	Name *string `arg:"" optional:"" help:"Only this one: moderator or guest."`

	Reveal bool `help:"Print what lets people in, not just its ends."`
	handing
}

// Help is shown below the flags.
func (tokensListCmd) Help() string {
	return `What lets people in is masked: --reveal prints it. The formats for other programs have
it without being asked: json; dotenv, with lines such as GUEST_TOKEN=vpt_…; and
github-env, which in a step of GitHub Actions sets those variables for the steps that
follow, and prints nothing.

A token that is printed in GitHub Actions is masked in the log first. The mask is a line
on standard error, so 2>/dev/null loses it, and the runner may read it too late, although
roomsync waits a second. --format github-env and --out put no token into the log at all.

A moderator token in a page gives the room away: pages get the guest token.

Examples:
  roomsync tokens list my_room
  roomsync tokens list my_room guest --reveal
  roomsync tokens list my_room guest --format dotenv --out .env
  roomsync tokens list my_room guest --format json | jq -r '.tokens[].token'
  roomsync tokens list lobby guest --format github-env --prefix LOBBY_`
}

// Run lists the tokens. Its client cannot write.
func (c *tokensListCmd) Run(a *app) (err error) {
	if err := c.handing.check(a, "tokens list"); err != nil {
		return err
	}
	s, err := a.openNamed(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, tokens, err := a.tokensOf(s, c.Room)
	if err != nil {
		return err
	}
	if c.Name != nil {
		t, err := named(*c.Name, r, tokens)
		if err != nil {
			return err
		}
		tokens = []room.Token{t}
	}
	return c.hand(a, a.handed(s, r, tokens, c.Reveal))
}

// handed is how tokens of a room are handed over.
func (a *app) handed(s *session, r room.Live, tokens []room.Token, reveal bool) handover {
	return handover{
		secrets: secretsOf(tokens, a.Format != "text" || reveal), variables: variablesOf(tokens),
		text: func(w io.Writer) error { return render.TokensText(w, r, tokens, reveal, a.style) },
		json: func(w io.Writer) error { return render.TokensJSON(w, s.space, r, tokens) },
	}
}

type tokensResetCmd struct {
	Room string `arg:"" help:"The room: its name, or its ID."`
	Name string `arg:"" help:"Which token: moderator or guest."`

	Yes    bool `short:"y" help:"Do not ask."`
	Reveal bool `help:"Print what lets people in from now on, not just its ends."`
	handing
}

// Help is shown below the flags.
func (tokensResetCmd) Help() string {
	return `Asks first. Whatever has the old value, such as a page that the room is embedded in, can
let nobody in with it any more. The new one is printed as tokens list prints it, whose
help tells how far it is masked in the log of GitHub Actions.

Exit codes: 0 done, 1 an error and nothing was reset, 3 whether it was reset is not
known, or it was and could not be written, 4 refused, 130 interrupted.

Examples:
  roomsync tokens reset my_room guest
  roomsync tokens reset my_room guest --yes --format dotenv --out .env`
}

// Run resets a token.
func (c *tokensResetCmd) Run(a *app) (err error) {
	if err := c.handing.check(a, "tokens reset"); err != nil {
		return err
	}
	s, err := a.openNamed(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, tokens, err := a.tokensOf(s, c.Room)
	if err != nil {
		return err
	}
	before, err := named(c.Name, r, tokens)
	if err != nil {
		return err
	}
	called := diag.Printable(cmp.Or(before.Name, before.ID))
	loss := fmt.Sprintf("This gives the %s token of %s, %s, a new value. Pages and programs that have\nthe old one let nobody in any more, until they have the new one.", called, diag.Printable(r.Name), before.Secret)
	if c.Yes {
		a.note("%s", loss)
	} else {
		switch refusal := a.ask(loss + "\nReset it?"); refusal {
		case "":
		case notAnswered:
			return coded{errors.New("interrupted; nothing was reset"), exitInterrupted}
		default:
			return coded{errors.New("nothing was reset: " + refusal), exitRefused}
		}
	}
	after, err := a.reset(s, before)
	if err != nil {
		return err
	}
	a.hideToken(after.Secret)
	err = c.hand(a, a.handed(s, r, []room.Token{after}, c.Reveal))
	if err != nil {
		return coded{hinted{fmt.Errorf("the token was reset, and the new one could not be written: %w", err), "roomsync tokens list has it"}, exitIncomplete}
	}
	a.note("reset the %s token of %s", called, diag.Printable(r.Name))
	return nil
}

// resetGrace is how long a reset that was sent may go on after an interrupt.
const resetGrace = 7 * time.Second

// reset resets a token. An interrupt begins nothing new, and lets what was sent
// come to its end.
func (a *app) reset(s *session, before room.Token) (room.Token, error) {
	ctx, cancel := context.WithCancel(a.now)
	defer cancel()
	stop := context.AfterFunc(a.ctx, func() {
		select {
		case <-time.After(cmp.Or(a.InterruptedGrace, resetGrace)):
			cancel()
		case <-ctx.Done():
		}
	})
	defer stop()
	after, err := s.ResetToken(signalwire.Until(ctx, a.ctx), before)
	var unknown interface{ Ambiguous() bool }
	switch {
	case err == nil:
		return after, nil
	case errors.As(err, &unknown) && unknown.Ambiguous(), a.now.Err() != nil:
		code := exitIncomplete
		if a.ctx.Err() != nil {
			code = exitInterrupted
		}
		return after, coded{hinted{fmt.Errorf("whether the token was reset is not known: %w", err), "look again in some minutes: roomsync tokens list shows whether it still is " + before.Secret.String()}, code}
	case a.ctx.Err() != nil: // while it waited to be sent again
		return after, coded{fmt.Errorf("interrupted; nothing was reset: %w", err), exitInterrupted}
	}
	return after, advised(err)
}

// failed is the error of a request, with what to do about it. An interrupt also
// ends the wait to send a request again, and is what there is to tell then.
func (a *app) failed(err error) error {
	if err != nil && a.ctx.Err() != nil {
		return a.ctx.Err()
	}
	return advised(err)
}

// openNamed is open for a command that needs no file. A file that is named must
// be there all the same, and be for the space.
func (a *app) openNamed(readOnly bool) (*session, error) {
	if len(a.File) == 0 {
		return a.open(readOnly)
	}
	file, err := a.load()
	if err != nil {
		return nil, err
	}
	return a.openFor(file, readOnly)
}

// openFor is open for the space of a file.
func (a *app) openFor(file *config.File, readOnly bool) (*session, error) {
	s, err := a.open(readOnly)
	if err != nil {
		return nil, err
	}
	if err := s.checkSpace(file); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// tokensOf finds a room and lists its tokens.
func (a *app) tokensOf(s *session, name string) (room.Live, []room.Token, error) {
	r, err := a.liveRoom(s, name)
	if err != nil {
		return r, nil, err
	}
	if r.Kind == room.Room {
		return r, nil, hinted{fmt.Errorf("%s is a %s, which has no tokens of its own", r.Name, r.Kind.Title()),
			"make one for each person: roomsync tokens issue " + r.Name + " --role …, --user …"}
	}
	tokens, err := s.Tokens(a.ctx, r.ID)
	switch {
	case err != nil:
		return r, nil, a.failed(fmt.Errorf("list the tokens of %s: %w", r.Name, err))
	case len(tokens) == 0:
		return r, nil, hinted{fmt.Errorf("the API lists no tokens of %s", r.Name), "make one for each person: roomsync tokens issue " + r.Name + " --role …, --user …"}
	}
	for _, t := range tokens {
		a.hideToken(t.Secret)
	}
	return r, tokens, nil
}

// idForm is what SignalWire's IDs look like.
var idForm = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// liveRoom finds the live room that is meant by an ID or a name. Of a name that
// rooms of both kinds have, it is the one with a prebuilt UI: the API may show
// that among the others, too.
func (a *app) liveRoom(s *session, name string) (room.Live, error) {
	if name == "" {
		return room.Live{}, errors.New("the name of the room is empty")
	}
	if idForm.MatchString(name) {
		for _, kind := range room.Kinds() {
			r, err := s.Get(a.ctx, kind, strings.ToLower(name))
			var e *signalwire.Error
			if err == nil {
				return r, nil
			}
			// Another answer than the room, such as one whose name this is, leaves
			// it to the listing.
			if !errors.As(err, &e) || e.Status != 404 && e.Status/100 != 2 {
				return r, a.failed(err)
			}
		}
	}
	live, err := s.List(a.ctx, signalwire.ListOptions{})
	if err != nil {
		return room.Live{}, a.failed(err)
	}
	return among(live, name)
}

// errNoRoom is a room that is not there.
type errNoRoom string

func (e errNoRoom) Error() string {
	if idForm.MatchString(string(e)) {
		return fmt.Sprintf("there is no room with the ID %s, and none of that name", string(e))
	}
	return "there is no live room " + string(e)
}

// among finds a room among the live ones.
func among(live []room.Live, name string) (room.Live, error) {
	var found []room.Live
	var names, ids []string
	for _, r := range live { // by kind
		if idForm.MatchString(name) && r.ID == strings.ToLower(name) {
			return r, nil
		}
		names = append(names, r.Name)
		if r.Name == name && (len(found) == 0 || found[0].Kind == r.Kind) {
			found, ids = append(found, r), append(ids, r.ID)
		}
	}
	switch len(found) {
	case 0:
		hint := ""
		if len(name) <= mostRoomName { // a longer one is no slip of the finger, and would take long
			hint = diag.DidYouMean(name, names)
		}
		return room.Live{}, hinted{errNoRoom(name), cmp.Or(hint, "roomsync list shows the live rooms, roomsync apply makes those of the file")}
	case 1:
		return found[0], nil
	}
	return room.Live{}, hinted{fmt.Errorf("%d %ss are named %s", len(found), found[0].Kind, name), "say which by its ID: " + strings.Join(ids, ", ")}
}

// named finds a token by its ID, or by its name.
func named(name string, r room.Live, tokens []room.Token) (room.Token, error) {
	if name == "" {
		return room.Token{}, hinted{errors.New("the name of the token is empty"), "a variable that is not set? moderator and guest are names"}
	}
	var found []room.Token
	var names, ids []string
	for _, t := range tokens {
		if t.ID == name {
			return t, nil
		}
		if t.Name == name {
			found, ids = append(found, t), append(ids, t.ID)
		}
		names = append(names, cmp.Or(t.Name, t.ID))
	}
	switch len(found) {
	case 0:
		return room.Token{}, hinted{fmt.Errorf("%s has no token %q", r.Name, name), cmp.Or(diag.DidYouMean(name, names), "it has "+strings.Join(names, " and "))}
	case 1:
		return found[0], nil
	}
	return room.Token{}, hinted{fmt.Errorf("%d tokens of %s are named %s", len(found), r.Name, name), "say which by its ID: " + strings.Join(ids, ", ")}
}

// secretsOf are what will be handed over of tokens.
func secretsOf(tokens []room.Token, revealed bool) []room.Secret {
	if !revealed {
		return nil
	}
	var all []room.Secret
	for _, t := range tokens {
		all = append(all, t.Secret)
	}
	return all
}
