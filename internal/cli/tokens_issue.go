package cli

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/github"
	"roomsync/internal/render"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

type tokensIssueCmd struct {
	Room string `arg:"" help:"The room: its name, or its ID."`

	Role       []string `sep:"none" placeholder:"ROLE" help:"What the token permits: a role of the file; may be repeated."`
	Permission []string `sep:"none" placeholder:"NAME" help:"The same, by the name of a permission such as room.lock or 'room.self.*'; may be repeated."`
	User       *string  `placeholder:"NAME" help:"The name that others see."`

	Valid       *span   `placeholder:"DURATION" help:"How long from now on the token lets somebody in, such as 45m, 2h or 7d."`
	JoinFrom    *moment `placeholder:"TIME" help:"From when on: a time such as 2027-03-01T09:00:00Z, a date, or +DURATION from now."`
	JoinUntil   *moment `placeholder:"TIME" help:"Until when, likewise; instead of --valid."`
	RemoveAt    *moment `placeholder:"TIME" help:"When whoever is in the room with it is removed, likewise."`
	RemoveAfter *span   `placeholder:"DURATION" help:"How long whoever comes in with it may stay, such as 45m."`

	JoinAs         joinKind `placeholder:"KIND" help:"How somebody joins: as a member (default), or as audience, which only watches and listens."`
	MediaAllowed   media    `placeholder:"MEDIA" help:"What may be received: all (default), video-only or audio-only."`
	JoinAudioMuted bool     `help:"Begin with the microphone off."`
	JoinVideoMuted bool     `help:"Begin with the camera off."`
	SyncAudioVideo bool     `help:"Keep sound and picture together with a jitter buffer."`
	Meta           *string  `placeholder:"JSON" help:"Data of your own to keep with the member: a JSON object."`
	RoomMeta       *string  `placeholder:"JSON" help:"Data of your own to keep with the room, likewise."`

	EndRoomSessionOnLeave bool    `help:"End the session for everybody when whoever has the token leaves."`
	AutoCreateRoom        bool    `help:"If there is no such room when somebody joins, let the API make one that no file has."`
	RoomDisplayName       *string `placeholder:"TEXT" help:"The title of that room."`
	EnableRoomPreviews    bool    `help:"Produce a preview video of that room."`

	handing
}

// Help is shown below the flags.
func (tokensIssueCmd) Help() string {
	return `Prints the token and nothing else; with --format json what it says of itself, too,
decoded, not verified: its key is SignalWire's. dotenv and github-env call it ROOM_TOKEN.

What it permits is in --role, from roles in the file, and in --permission. Without
either it is one's own sound, picture and screen, as the API has it. A token cannot be
taken back, so give it an end: --valid, --join-until or --remove-at, a minute from now
at least.

In GitHub Actions --format github-env and --out keep the token out of the log; tokens
list --help tells how far it is masked there when it is printed.

Examples:
  roomsync tokens issue stage --role host --user "Jo Smith" --valid 2h
  roomsync tokens issue stage --permission 'room.self.*' --valid 1d
  roomsync tokens issue stage --join-as audience --valid 2h --remove-after 45m
  roomsync tokens issue stage --role host --valid 2h --format json | jq .claims`
}

// The limits of the API's documents.
const (
	mostUserName     = 100
	mostDisplayName  = 200
	mostMeta         = 2000
	mostRemoveAfter  = 200_000 * time.Second
	leastRemoveAfter = time.Second
	leastTime        = time.Minute // ours: times are sent to the second, and clocks differ
)

// Run makes a token.
func (c *tokensIssueCmd) Run(a *app) (err error) {
	if err := c.handing.check(a, "tokens issue"); err != nil {
		return err
	}
	request, err := c.request(time.Now())
	if err != nil {
		return err
	}
	var file *config.File
	if len(c.Role) > 0 {
		if file, err = a.load(); err != nil {
			return withoutFile(err)
		}
	} else if len(a.File) > 0 { // as in openNamed
		if file, err = a.load(); err != nil {
			return err
		}
	}
	permissions, err := c.permissions(file)
	if err != nil {
		return err
	}
	if len(c.Role)+len(c.Permission) > 0 {
		request["permissions"] = permissions
	}
	if c.JoinAs == "audience" && len(permissions) > 0 {
		return hinted{errors.New("the API permits nothing to an audience, so --role and --permission have no place beside --join-as audience"), "leave one of them out"}
	}
	var s *session
	if file != nil {
		s, err = a.openFor(file, false)
	} else {
		s, err = a.open(false)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	name, err := c.roomName(a, s)
	if err != nil {
		return err
	}
	request["room_name"] = name
	secret, err := s.IssueToken(a.ctx, request)
	switch {
	case err != nil && a.ctx.Err() != nil:
		return coded{errors.New("interrupted; if a token was made, nobody has it"), exitInterrupted}
	case err != nil:
		return advised(fmt.Errorf("issue a token for %s: %w", name, err))
	}
	a.hideToken(secret)
	claims, ok := claimsOf(secret)
	if !ok {
		a.note("warning: the token is none that can be decoded: what it says is not known")
	}
	if request["join_until"] == nil && request["remove_at"] == nil {
		a.note("warning: this token has no end, and cannot be taken back: give it one with --valid 2h, --join-until or --remove-at")
	}
	return c.hand(a, handover{
		secrets: []room.Secret{secret}, variables: []github.Output{{Name: "ROOM_TOKEN", Value: string(secret)}},
		text: func(w io.Writer) error { _, err := fmt.Fprintln(w, string(secret)); return err },
		json: func(w io.Writer) error { return render.IssuedJSON(w, s.space, name, secret, claims) },
	})
}

// withoutFile says how to do without a file that cannot be read.
func withoutFile(err error) error {
	var h hinted
	if errors.As(err, new(invalid)) || errors.As(err, &h) && !errors.As(err, new(config.NoFileError)) {
		return err
	}
	return hinted{err, "roles are in the file; --permission does without one"}
}

// roomName is the name of the room, which must be there unless joining may make
// it.
func (c *tokensIssueCmd) roomName(a *app, s *session) (string, error) {
	byID := idForm.MatchString(c.Room)
	if c.AutoCreateRoom && !byID {
		if !roomName.MatchString(c.Room) {
			return "", fmt.Errorf("%q cannot be the name of a room: names have at most %d letters, digits, _ and -", c.Room, mostRoomName)
		}
		return c.Room, nil
	}
	r, err := a.liveRoom(s, c.Room)
	switch {
	case c.AutoCreateRoom && errors.As(err, new(errNoRoom)):
		a.note("there is no room with the ID %s: joining makes one of that name", c.Room)
		return c.Room, nil
	case err != nil || !byID || r.Name == c.Room:
		return r.Name, err
	}
	// The token will say the name alone, which must tell the room.
	live, err := s.List(a.ctx, signalwire.ListOptions{})
	if err != nil {
		return "", a.failed(err)
	}
	for _, other := range live {
		if other.Name == r.Name && other.ID != r.ID {
			return "", hinted{fmt.Errorf("the rooms %s and %s are both named %s, and a token says but the name of its room", r.ID, other.ID, r.Name), "rename or delete one of them in the dashboard"}
		}
	}
	return r.Name, nil
}

// mostRoomName is how many characters the name of a room may have.
const mostRoomName = 100

var roomName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// joinKind is how somebody is in a room; media is what somebody receives.
type joinKind string
type media string

// UnmarshalText reads member or audience.
func (k *joinKind) UnmarshalText(text []byte) error {
	*k = joinKind(text)
	return oneOf(string(text), "member", "audience")
}

// UnmarshalText reads all, video-only or audio-only.
func (m *media) UnmarshalText(text []byte) error {
	*m = media(text)
	return oneOf(string(text), "all", "video-only", "audio-only")
}

func oneOf(text string, values ...string) error {
	if slices.Contains(values, text) {
		return nil
	}
	return fmt.Errorf("must be one of %s, not %q", strings.Join(values, ", "), text)
}

// permissions are what the roles and the permissions of the flags come to.
func (c *tokensIssueCmd) permissions(file *config.File) ([]string, error) {
	lists := [][]string{{}}
	for _, name := range c.Role {
		i := slices.IndexFunc(file.Roles, func(r room.Role) bool { return r.Name == name })
		if i < 0 {
			var names []string
			for _, r := range file.Roles {
				names = append(names, r.Name)
			}
			hint := diag.DidYouMean(name, names)
			switch {
			case hint != "":
			case len(names) == 0:
				hint = "it has none: roomsync explain roles shows how to write them"
			default:
				hint = "it has " + strings.Join(names, ", ")
			}
			return nil, hinted{fmt.Errorf("there is no role %q in %s", name, file.Path), hint}
		}
		lists = append(lists, file.Roles[i].Granted)
	}
	for _, text := range c.Permission {
		permitted := room.Permitted(text)
		if len(permitted) == 0 {
			message, hint := config.PermissionProblem(text)
			return nil, hinted{errors.New("--permission: " + message), hint}
		}
		lists = append(lists, permitted)
	}
	return append([]string{}, room.Union(lists...)...), nil
}

// request is what the flags ask for, by the names of the API. What they do not
// say is not in it, auto_create_room aside, which the API takes for true.
func (c *tokensIssueCmd) request(now time.Time) (map[string]any, error) {
	r := map[string]any{"auto_create_room": c.AutoCreateRoom}
	for _, text := range []struct {
		flag, field string
		value       *string
		most        int
	}{{"--user", "user_name", c.User, mostUserName}, {"--room-display-name", "room_display_name", c.RoomDisplayName, mostDisplayName}} {
		switch {
		case text.value == nil:
			continue
		case *text.value == "":
			return nil, fmt.Errorf("%s is empty: leave it out, or give a name", text.flag)
		case utf8.RuneCountInString(*text.value) > text.most:
			return nil, fmt.Errorf("%s has %d characters, and %d are allowed", text.flag, utf8.RuneCountInString(*text.value), text.most)
		}
		r[text.field] = *text.value
	}
	if !c.AutoCreateRoom && (c.RoomDisplayName != nil || c.EnableRoomPreviews) {
		return nil, hinted{errors.New("--room-display-name and --enable-room-previews are about a room that joining makes, and --auto-create-room is not there"), "rooms.yaml has these settings for a room that there is"}
	}
	for field, set := range map[string]bool{
		"join_audio_muted": c.JoinAudioMuted, "join_video_muted": c.JoinVideoMuted, "sync_audio_video": c.SyncAudioVideo,
		"end_room_session_on_leave": c.EndRoomSessionOnLeave, "enable_room_previews": c.EnableRoomPreviews,
	} {
		if set {
			r[field] = true
		}
	}
	for field, value := range map[string]string{"join_as": string(c.JoinAs), "media_allowed": string(c.MediaAllowed)} {
		if value != "" {
			r[field] = value
		}
	}
	return r, errors.Join(c.times(r, now), meta(r, "--meta", "meta", c.Meta), meta(r, "--room-meta", "room_meta", c.RoomMeta))
}

// times adds the times of the flags to a request.
func (c *tokensIssueCmd) times(r map[string]any, now time.Time) error {
	if c.Valid != nil {
		switch {
		case c.JoinUntil != nil:
			return errors.New("--valid and --join-until both say when nobody can join any more: leave one out")
		case *c.Valid <= 0:
			return fmt.Errorf("--valid must be above 0, not %s", time.Duration(*c.Valid))
		case time.Duration(*c.Valid) < leastTime:
			return fmt.Errorf("--valid must be at least %s, not %s", leastTime, time.Duration(*c.Valid))
		}
		c.JoinUntil = &moment{relative: true, after: time.Duration(*c.Valid)}
	}
	type window struct {
		flag, field string
		at          *moment
	}
	var before []window
	for _, w := range []window{{"--join-from", "join_from", c.JoinFrom}, {"--join-until", "join_until", c.JoinUntil}, {"--remove-at", "remove_at", c.RemoveAt}} {
		if w.at == nil {
			continue
		}
		if w.field == "join_until" && c.Valid != nil {
			w.flag = "the end of --valid"
		}
		at := w.at.from(now)
		switch {
		case w.field == "join_from":
		case !at.After(now):
			return fmt.Errorf("%s is over: nobody could join with this token", w.flag)
		case at.Sub(now) < leastTime:
			return fmt.Errorf("%s is less than a minute from now: hardly anybody could join with this token", w.flag)
		}
		for _, earlier := range before {
			if stamp(earlier.at.from(now)) >= stamp(at) { // to the second, as it is sent
				return fmt.Errorf("%s (%s) must come after %s (%s)", w.flag, stamp(at), earlier.flag, stamp(earlier.at.from(now)))
			}
		}
		before = append(before, w)
		r[w.field] = stamp(at)
	}
	if c.RemoveAfter != nil {
		d := time.Duration(*c.RemoveAfter)
		if d < leastRemoveAfter || d > mostRemoveAfter || d%time.Second != 0 {
			return fmt.Errorf("--remove-after must be between 1s and %s, in whole seconds, not %s", mostRemoveAfter, d)
		}
		r["remove_after_seconds_elapsed"] = int(d / time.Second)
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// meta adds data of the caller's own to a request.
func meta(r map[string]any, flag, field string, text *string) error {
	if text == nil {
		return nil
	}
	v, err := room.Parse([]byte(*text))
	if err != nil || !strings.HasPrefix(v.JSON(), "{") {
		return hinted{fmt.Errorf("%s must be a JSON object", flag), `such as '{"team": "sales"}'`}
	}
	if n := utf8.RuneCountInString(v.JSON()); n > mostMeta {
		return fmt.Errorf("%s has %d characters when written as JSON, and %d are allowed", flag, n, mostMeta)
	}
	if key, twice := repeatedKey(json.NewDecoder(strings.NewReader(*text))); twice {
		return fmt.Errorf("%s has the key %q twice", flag, key)
	}
	r[field] = v
	return nil
}

// repeatedKey finds a key that an object of a valid JSON value has twice: one of
// its values would be lost.
func repeatedKey(dec *json.Decoder) (key string, found bool) {
	opening, _ := dec.Token()
	keys := make(map[string]bool)
	for opening == json.Delim('{') || opening == json.Delim('[') {
		if !dec.More() {
			_, _ = dec.Token()
			return "", false
		}
		if opening == json.Delim('{') {
			token, _ := dec.Token()
			if key = fmt.Sprint(token); keys[key] {
				return key, true
			}
			keys[key] = true
		}
		if key, found = repeatedKey(dec); found {
			return key, true
		}
	}
	return "", false
}

// span is a duration that may be given in days.
type span time.Duration

var days = regexp.MustCompile(`^(\d{1,5})d(.*)$`)

// UnmarshalText reads 90m, 2h, 7d or 1d12h.
func (s *span) UnmarshalText(text []byte) error {
	rest, whole := string(text), time.Duration(0)
	if m := days.FindStringSubmatch(rest); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits, and few
		whole, rest = time.Duration(n)*24*time.Hour, m[2]
		if rest == "" {
			*s = span(whole)
			return nil
		}
		if strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+") {
			return fmt.Errorf("%q is not a duration such as 90m, 2h or 7d: a sign in it", text)
		}
	}
	d, err := time.ParseDuration(rest)
	switch {
	case err != nil:
		return fmt.Errorf("%q is not a duration such as 90m, 2h or 7d", text)
	case whole+d < whole && d > 0:
		return fmt.Errorf("%q is longer than any duration that is reckoned with", text)
	}
	*s = span(whole + d)
	return nil
}

// moment is a time, or how long it is until then.
type moment struct {
	at       time.Time
	relative bool // it is so long after now
	after    time.Duration
}

// UnmarshalText reads a time as rooms.yaml has them, or a + and a duration.
func (m *moment) UnmarshalText(text []byte) error {
	if later, ok := strings.CutPrefix(string(text), "+"); ok {
		if strings.HasPrefix(later, "-") || strings.HasPrefix(later, "+") {
			return fmt.Errorf("%q is not a time such as +2h from now: it has two signs", text)
		}
		m.relative = true
		return (*span)(&m.after).UnmarshalText([]byte(later))
	}
	at, err := room.ParseTime(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a time such as 2027-03-01T09:00:00Z, a date, or +2h from now", text)
	}
	m.at = at
	return nil
}

// from is when the moment is.
func (m *moment) from(now time.Time) time.Time {
	if m.relative {
		return now.Add(m.after)
	}
	return m.at
}

// claimsOf decodes what a JSON Web Token says. Nothing is verified.
func claimsOf(token room.Secret) (claims json.RawMessage, ok bool) {
	parts := strings.Split(string(token), ".")
	if len(parts) != 3 {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var object map[string]any
	if err != nil || !utf8.Valid(payload) || json.Unmarshal(payload, &object) != nil || object == nil {
		return nil, false
	}
	return payload, true
}
