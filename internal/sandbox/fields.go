package sandbox

import "regexp"

// A kind is one of the two sorts of room, or what goes with them, with every
// member of its answers.
type kind struct {
	name   string         // "conference" or "room", as StartSession takes it
	path   string         // the collection's path segment
	fields []field        // in the order of the document's answers
	index  map[string]int // a field's place by its name
}

func newKind(name, path string, fields []field) *kind {
	k := &kind{name: name, path: path, fields: fields, index: map[string]int{}}
	for i, f := range fields {
		k.index[f.name] = i
	}
	return k
}

// A field is one member of an answer and, where writable says so, one
// parameter of a request. The limits come from the document.
type field struct {
	name     string
	shape    shape
	writable operation // the requests that take it; none: answered only
	required operation // the requests that must have it
	nullable bool      // answers may hold null, so a request may set it

	most, least int            // text: characters; whole: the value; tree: characters as JSON
	match       *regexp.Regexp // text: the pattern, when there is one
	form        string         // text: the pattern in words
	choices     []string       // choice, several: what it may be

	initial any  // the value of an object created without it
	listed  bool // the document lists that as the default of updates, too
}

// A shape is a JSON type together with what may be in it.
type shape int

const (
	computed shape = iota // the server's own: ids, times, sessions
	text
	choice
	flag
	whole
	instant
	tree    // any JSON object
	several // a list of choices
)

// An operation is a write that can carry parameters.
type operation uint8

const (
	creating operation = 1 << iota
	updating
	writing = creating | updating
)

var (
	namePattern   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	colourPattern = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
)

// Both kinds have these values: the document repeats the lists for rooms.
var (
	qualities = []string{"720p", "1080p"}
	layouts   = []string{
		"grid-responsive", "grid-responsive-mobile", "highlight-1-responsive",
		"1x1", "2x1", "2x2", "5up", "3x3", "4x4", "5x5", "6x6", "8x8", "10x10",
	}
)

// nameField is writable on update although the document does not list it
// there: the guide renames a room with it.
func nameField(required operation) field {
	return field{
		name: "name", shape: text, writable: writing, required: required,
		most: 100, match: namePattern, form: "must consist of letters, digits, _ and -",
	}
}

func displayNameField(required operation) field {
	return field{
		name: "display_name", shape: text, writable: writing, required: required,
		nullable: true, most: 200,
	}
}

func descriptionField() field {
	return field{name: "description", shape: text, writable: writing, nullable: true, most: 3000}
}

func instantField(name string) field {
	return field{name: name, shape: instant, writable: writing, nullable: true}
}

func qualityField() field {
	return field{name: "quality", shape: choice, writable: writing, choices: qualities, initial: "720p", listed: true}
}

func layoutField() field {
	return field{name: "layout", shape: choice, writable: writing, choices: layouts, initial: "grid-responsive", listed: true}
}

// flagField is a plain boolean. Most have no documented default: false.
func flagField(name string, writable operation, initial bool) field {
	return field{name: name, shape: flag, writable: writable, initial: initial}
}

// toneField starts as true. No default is documented; the document's example
// answers have true here and false in the flags beside it, and a client that
// takes every boolean for false should find out in the sandbox.
func toneField(writable operation) field {
	return flagField("tone_on_entry_and_exit", writable, true)
}
