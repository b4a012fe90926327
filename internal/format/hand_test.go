package format

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// hand writes a rooms.yaml as any hand might: keys in any order, any
// indentation and quoting, comments and blank lines everywhere.
type hand struct {
	*rapid.T
	strings.Builder
	mappings []string // anchors so far
	scalars  []string
	made     int
	valid    bool // it knows what may be in the file
}

func (h *hand) chance(percent int) bool { return rapid.IntRange(1, 100).Draw(h.T, "") <= percent }
func (h *hand) below(n int) int         { return rapid.IntRange(0, n-1).Draw(h.T, "") }
func (h *hand) pick(of ...string) string {
	return rapid.SampledFrom(of).Draw(h.T, "")
}
func (h *hand) next() int { h.made++; return h.made }

func (h *hand) write(parts ...string) {
	for _, p := range parts {
		h.WriteString(p)
	}
}

// endLine ends a line, with what a person leaves there.
func (h *hand) endLine() {
	switch h.below(12) {
	case 0:
		h.write("  ")
	case 1:
		if !strings.HasSuffix(strings.TrimRight(h.String(), " "), "-") {
			h.write(" \t") // a tab after a - is an error
		}
	case 2:
		h.write(strings.Repeat(" ", 1+h.below(5)), fmt.Sprintf("# beside %d: é", h.next()), h.pick("", " "))
	}
	h.write("\n")
}

// between writes blank lines and comments around a column.
func (h *hand) between(column int) {
	for h.chance(25) {
		if h.chance(50) {
			h.write(h.pick("\n", "\n\n\n", "  \n"))
		} else {
			h.write(strings.Repeat(" ", max(0, column+h.below(7)-3)), fmt.Sprintf("# above %d\n", h.next()))
		}
	}
}

func (h *hand) anchor(of *[]string) {
	if h.chance(10) {
		name := h.pick("a", "b", "c")
		if of == &h.mappings {
			name = "m" + name
		}
		h.write("&", name, " ")
		defer func() { *of = append(*of, name) }()
	}
}

// text writes a value of text from beside its key on, for an entry at a column.
func (h *hand) text(column int, values ...string) {
	value := h.pick(values...)
	if h.chance(8) && len(h.scalars) > 0 && !h.valid {
		h.write("*", h.pick(h.scalars...))
		h.endLine()
		return
	}
	if h.chance(10) {
		h.endLine()
		h.between(column + 2)
		h.write(strings.Repeat(" ", column+1+h.below(4)))
	}
	h.anchor(&h.scalars)
	switch h.below(4) {
	case 0:
		h.write(`"`, value, `"`)
	case 1:
		h.write(`'`, value, `'`)
	default:
		if strings.HasPrefix(value, "#") {
			value = `"` + value + `"`
		}
		h.write(value)
	}
	h.endLine()
}

// long writes a value of several lines.
func (h *hand) long(column int) {
	in := func() string { return strings.Repeat(" ", column+1+h.below(5)) }
	empty := func() string { return h.pick("", "", "\n", "  \n") }
	switch h.below(4) {
	case 0:
		h.write("some text\n", empty(), in(), "goes on ", "\n", empty(), in(), "to - its & end")
		h.endLine()
	case 1:
		h.write("\"some \\\n", empty(), in(), "\\ttext\\ \n", empty(), h.pick("", in()), "\tit's # none\"")
		h.endLine()
	case 2:
		h.write("'some\n", empty(), in(), "text: it''s [none]  \n", empty(), in(), "- x'")
		h.endLine()
	case 3:
		more := 1 + h.below(5)
		indicator, least := "", ""
		if h.chance(30) {
			indicator, least = fmt.Sprint(more), h.pick("", "  ")
		}
		chomp := h.pick("", "-", "+")
		h.write(h.pick("|", ">"), h.pick(indicator+chomp, chomp+indicator))
		h.endLine()
		margin := strings.Repeat(" ", column+more)
		h.write(h.pick("", "\n"), margin, least, "text: 1 # none\n", empty(), margin, h.pick("", "  ", "\t"), "- more \n", h.pick("", margin+"   \n"), empty(), h.pick("", "\n\n"))
	}
}

// gap is what stands between the items of a flow collection.
func (h *hand) gap(column int) string {
	switch h.below(8) {
	case 0:
		return "\n" + strings.Repeat(" ", h.below(column+4))
	case 1:
		return fmt.Sprintf(" # in %d\n%s", h.next(), strings.Repeat(" ", h.below(column+4)))
	case 2:
		return "   "
	}
	return " "
}

// list writes a list in brackets.
func (h *hand) list(column int, items ...string) {
	h.write("[", h.gap(column))
	for h.chance(60) {
		h.write(h.pick(items...), h.pick("", h.gap(column)), ",", h.gap(column))
	}
	h.write("]")
}

// braces writes a mapping in braces, of pairs that have different keys.
func (h *hand) braces(column int, pairs ...string) {
	h.write("{", h.pick("", h.gap(column)))
	for _, pair := range rapid.Permutation(pairs).Draw(h.T, "") {
		if h.valid || h.chance(50) {
			h.write(pair, h.pick("", h.gap(column)), ",", h.gap(column))
		}
	}
	h.write("}")
}

// key writes a key and its colon.
func (h *hand) key(name string) {
	style := h.below(10)
	if name == "<<" {
		style = 9 // in quotes it is a text
	}
	switch style {
	case 0:
		h.write(`"`, name, `"`)
	case 1:
		h.write("'", name, "'")
	case 2:
		h.write("!!str ", name)
	default:
		h.write(name)
	}
	h.write(h.pick("", "", "", " ", "\t"), ":", h.pick(" ", " ", "  ", "\t"))
}

// pairs writes a mapping in block style at a column, of some of the keys in any
// order. The first key is beside what is written already if it is to be.
func (h *hand) pairs(column int, beside bool, keys []string, value func(name string, column int)) {
	n := 0
	for _, name := range rapid.Permutation(keys).Draw(h.T, "") {
		needed := h.valid && slices.Contains([]string{keys[0], "name", "version", "prebuilt_ui"}, name)
		if !h.chance(60) && !needed || h.valid && slices.Contains(invalid, name) {
			continue
		}
		if n++; n > 1 || !beside {
			h.between(column)
			h.write(strings.Repeat(" ", column))
		}
		h.key(name)
		value(name, column)
	}
	if n == 0 {
		if !beside {
			h.write(strings.Repeat(" ", column))
		}
		h.key(keys[0])
		value(keys[0], column)
	}
}

// items writes a sequence in block style at a column.
func (h *hand) items(column int, beside bool, item func(column int)) {
	for n := 0; n == 0 || h.chance(60); n++ {
		if n > 0 || !beside {
			h.between(column)
			h.write(strings.Repeat(" ", column))
		}
		h.write("- ", h.pick("", "", "  "))
		item(column)
	}
}

// here is how far into its line what comes next is.
func (h *hand) here() int {
	text := h.String()
	return len([]rune(text[strings.LastIndexByte(text, '\n')+1:]))
}

// properties ends the line of a key or - whose value is a block below it,
// perhaps with an anchor.
func (h *hand) properties(column int, anchors ...string) (anchor string) {
	if h.chance(15) {
		if h.chance(30) {
			h.endLine()
			h.write(strings.Repeat(" ", column+1))
		}
		anchor = h.pick(anchors...)
		h.write("&", anchor)
		h.forget(anchor) // an alias in there would be one of itself
	}
	h.endLine()
	return anchor
}

func (h *hand) forget(anchor string) {
	h.mappings = slices.DeleteFunc(h.mappings, func(a string) bool { return a == anchor })
}

// mapping writes a mapping as the value of what stands at a column.
func (h *hand) mapping(column int, isItem bool, keys []string, value func(name string, column int)) {
	if isItem && h.chance(80) {
		h.pairs(h.here(), true, keys, value)
		return
	}
	anchor := h.properties(column, "ma", "mb")
	h.pairs(column+1+h.below(4), false, keys, value)
	if anchor != "" && !h.valid {
		h.mappings = append(h.mappings, anchor)
	}
}

// merge writes the value of <<.
func (h *hand) merge(column int) {
	if len(h.mappings) == 0 {
		h.write("{size: large}")
	} else {
		h.write(h.pick("*"+h.pick(h.mappings...), "[*"+h.pick(h.mappings...)+", {layout: 5up}]"))
	}
	h.endLine()
}

// wild writes a value that nobody has asked for.
func (h *hand) wild(column, depth int, isItem bool) {
	switch h.below(9) {
	case 0:
		h.endLine() // null
	case 1, 2:
		h.text(column, "a b", "1", "true", "x#y", "${VAR}", "a:b", "é")
	case 3:
		h.long(column)
	case 4:
		h.list(column, "x y", `"q,\"r"`, "'s]'", "{a: 1}", "[b, c]", "d: e", "{z: ,y: 1}", "'*'", "-1", "a#b")
		h.endLine()
	case 5:
		h.braces(column, "a: 1", "b: [c, d]", `"c":2`, "d: ", "e", "f: {g: h, a: 1}", "g: 'x: y'", "h: a, i: b")
		h.endLine()
	case 6, 7:
		if depth < 3 {
			h.mapping(column, isItem, []string{"b", "a", "z", "name", "size", "<<"}, func(name string, column int) {
				if name == "<<" {
					h.merge(column)
					return
				}
				h.wild(column, depth+1, false)
			})
			return
		}
		h.endLine()
	case 8:
		if depth > 3 {
			h.endLine()
			return
		}
		item := func(column int) { h.wild(column, depth+1, true) }
		if isItem {
			h.items(h.here(), true, item)
			return
		}
		h.properties(column, "la", "lb")
		h.items(column+h.below(4), false, item)
	}
}

// invalid are the keys that a valid file does not have where the tests put them.
var invalid = []string{"nonsense", "other", "odd"}

var settings = []string{"display_name", "description", "quality", "join_from", "layout", "size", "record_on_start", "enable_chat",
	"dark_primary", "nonsense", "<<", "previously"}

// setting writes the value of a key of a room: mostly one that it takes.
func (h *hand) setting(name string, column int) {
	switch name {
	case "name":
		h.write(fmt.Sprintf("room-%d", h.next()))
		h.endLine()
	case "<<":
		h.merge(column)
	case "prebuilt_ui":
		h.write("false")
		h.endLine()
	case "previously":
		h.write("[", h.gap(column), fmt.Sprintf("was-%d", h.next()), "]")
		h.endLine()
	case "description":
		h.long(column)
	case "display_name":
		h.text(column, "A", "x#y", "it is", "${TITLE}")
	case "quality":
		h.text(column, "720p", "1080p")
	case "join_from":
		h.text(column, "2027-01-31", "2027-01-31T12:00:00Z")
	case "layout":
		h.text(column, "5up", "grid-responsive")
	case "size":
		h.text(column, "small", "large")
	case "dark_primary":
		h.text(column, "#6C8CFF")
	case "record_on_start", "enable_chat":
		h.write(h.pick("true", "false"))
		h.endLine()
	case "max_members":
		h.write(h.pick("3", "300"))
		h.endLine()
	case "meta":
		if h.chance(70) {
			h.mapping(column, false, []string{"name", "b", "a", "size"}, func(_ string, column int) { h.wild(column, 1, false) })
			return
		}
		h.braces(column, "z: 1", "name: {b: 1, a: 2}", "a: ", "size: [1, {b: 2}]")
		h.endLine()
	default:
		h.wild(column, 0, false)
	}
}

// room writes a room as the item of a list at a column.
func (h *hand) room(column int) {
	keys := append([]string{"name"}, settings...)
	if h.chance(30) {
		keys = []string{"prebuilt_ui", "display_name", "max_members", "layout", "meta", "join_from", "description", "name", "nonsense"}
	}
	if h.chance(15) && !h.valid {
		h.write(h.pick("", "&ra "))
		h.braces(column, fmt.Sprintf("name: room-%d", h.next()), "size: small", `"layout":5up`, "<<: {quality: 720p}", "max_members: 3", "meta: {b: 1, a: 2}")
		h.endLine()
		return
	}
	h.mapping(column, true, keys, h.setting)
}

// file writes a whole file.
func (h *hand) file() string {
	if h.chance(10) {
		h.write(bom)
	}
	if h.chance(20) {
		h.write(h.pick("# first\n", "\n", "%YAML 1.1\n"))
		h.between(0)
		h.write("---", h.pick("", " &all", " # x"), "\n")
	}
	column := 0
	if h.chance(10) {
		column = 1 + h.below(3)
	}
	h.valid = h.chance(60)
	h.pairs(column, false, []string{"rooms", "version", "defaults", "manage", "ignore", "x-a", "x-b", "x-c", "space", "lint", "other"}, func(name string, column int) {
		switch name {
		case "version":
			h.write("1")
			h.endLine()
		case "rooms":
			h.properties(column, "la", "lb")
			h.items(column+h.below(4), false, h.room)
		case "defaults":
			h.mapping(column, false, []string{"conference", "room"}, func(kind string, column int) {
				keys := []string{"size", "record_on_start", "<<", "layout", "enable_chat"}
				if kind == "room" {
					keys = []string{"max_members", "record_on_start", "layout"}
				}
				h.mapping(column, false, keys, h.setting)
			})
		case "ignore":
			h.properties(column, "la", "lb")
			h.items(column+h.below(4), false, func(column int) {
				if h.chance(50) {
					h.braces(column, `rooms: "r*"`, "until: 2027-01-31", "reason: why not", "settings: [layout]")
					h.endLine()
					return
				}
				h.mapping(column, true, []string{"rooms", "reason", "until", "odd"}, func(name string, column int) {
					if name == "rooms" {
						h.text(column, "room-1")
						return
					}
					h.text(column, "2027-01-31")
				})
			})
		case "manage":
			h.list(column, `"room-*"`, "was-1", "\"*\"", `"*"`)
			h.endLine()
		case "space":
			h.text(column, "a.example.com")
		case "lint":
			h.write("{disable: [contrast]}")
			h.endLine()
		default:
			h.anchored(column)
		}
	})
	h.between(0)
	if h.chance(10) {
		h.write("...\n")
		h.between(0)
	}
	text := h.String()
	if h.chance(10) {
		text = strings.TrimRight(text, "\n")
	}
	switch h.below(6) {
	case 0:
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case 1:
		text = strings.Replace(text, "\n", "\r\n", 2)
	}
	return text
}

// anchored writes the value of an x- key: settings for rooms to merge, or
// anything.
func (h *hand) anchored(column int) {
	if h.chance(40) {
		h.wild(column, 0, false)
		return
	}
	name := h.pick("ma", "mb", "mc")
	h.write("&", name)
	h.forget(name)
	h.endLine()
	h.pairs(column+1+h.below(4), false, []string{"size", "layout", "enable_chat"}, h.setting)
	h.mappings = append(h.mappings, name)
}
