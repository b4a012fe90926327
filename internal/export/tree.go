package export

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"roomsync/internal/room"
)

// lineWidth is how long a line may get by a list or a mapping in flow style.
const lineWidth = 100

// longestKey is how long a key may be in bytes, quotes included, to stand
// before a colon without a mark: YAML gives up on longer ones after 1024.
const longestKey = 1000

// decoded is a value as encoding/json decodes it, numbers as json.Number.
func decoded(v room.Value) any {
	if s, ok := v.Str(); ok {
		return s
	}
	dec := json.NewDecoder(strings.NewReader(v.JSON()))
	dec.UseNumber()
	var data any
	if err := dec.Decode(&data); err != nil {
		panic("a room.Value that is not JSON: " + v.JSON()) // it is made of nothing else
	}
	return data
}

// key writes a key and its value.
func (p *printer) key(name string, indent int, data any, note string) {
	key := text(name, block)
	p.WriteString(strings.Repeat(" ", indent) + key + ":")
	p.value(data, indent, utf8.RuneCountInString(key)+1, note)
}

// value writes what comes behind a key's colon or an item's dash, which stands
// at indent. used is how much of the line is taken from there on.
func (p *printer) value(data any, indent, used int, note string) {
	s, isText := data.(string)
	if isText {
		s = literal(s)
	}
	if v, is := data.(verbatim); is {
		s, isText = string(v), true
	}
	header, lines, isLiteral := literalLines(s)
	margin := "\n" + strings.Repeat(" ", indent+2)
	switch {
	case isLiteral:
		p.WriteString(" " + header)
		p.note(note)
		for _, line := range lines {
			if line != "" {
				p.WriteString(margin[1:] + line)
			}
			p.WriteByte('\n')
		}
	case isText && strings.Contains(s, "\n"):
		p.WriteString(" " + strings.Join(quotedLines(s), margin))
		p.note(note)
	case isText:
		p.WriteString(" " + text(s, block))
		p.note(note)
	default:
		p.structure(data, indent, used, note)
	}
}

// structure writes a value that is no text: a mapping or a list on one line if
// it is short.
func (p *printer) structure(data any, indent, used int, note string) {
	if line, fits := onOneLine(data, lineWidth-indent-used-1); fits {
		p.WriteString(" " + line)
		p.note(note)
		return
	}
	margin := strings.Repeat(" ", indent+2)
	switch d := data.(type) {
	case map[string]any:
		p.note(note)
		for _, k := range sortedKeys(d) {
			p.key(k, indent+2, d[k], "")
		}
	case []any:
		p.note(note)
		for _, e := range d {
			var item printer
			item.value(e, indent+2, 1, "")
			lines := item.String()
			if rest, below := strings.CutPrefix(lines, "\n"); below { // its first line can stand behind the dash
				lines = " " + strings.TrimLeft(rest, " ")
			}
			p.WriteString(margin + "-" + lines)
		}
	}
}

// onOneLine is a value in flow style, and whether that is how to write it.
func onOneLine(data any, width int) (line string, fits bool) {
	var p printer
	p.inFlow(data)
	line = p.String()
	switch d := data.(type) {
	case map[string]any:
		for k := range d {
			if len(text(k, block)) > longestKey {
				return line, true // in block style it would need a line of its own, and a mark
			}
		}
		return line, len(d) == 0 || utf8.RuneCountInString(line) <= width && !strings.Contains(line, `\n`)
	case []any:
		return line, len(d) == 0 || utf8.RuneCountInString(line) <= width && !strings.Contains(line, `\n`)
	}
	return line, true
}

// inFlow writes a value in flow style, which is all on one line.
func (p *printer) inFlow(data any) {
	switch d := data.(type) {
	case nil:
		p.WriteString("null")
	case bool:
		p.WriteString(strconv.FormatBool(d))
	case json.Number:
		p.WriteString(pointed(d.String()))
	case string:
		p.WriteString(text(literal(d), flow))
	case verbatim:
		p.WriteString(text(string(d), flow))
	case []any:
		p.WriteByte('[')
		for i, e := range d {
			if i > 0 {
				p.WriteString(", ")
			}
			p.inFlow(e)
		}
		p.WriteByte(']')
	case map[string]any:
		p.WriteByte('{')
		for i, k := range sortedKeys(d) {
			if i > 0 {
				p.WriteString(", ")
			}
			key := text(k, flow)
			if len(key) > longestKey {
				key = "? " + key
			}
			p.WriteString(key + ": ")
			p.inFlow(d[k])
		}
		p.WriteByte('}')
	}
}

// pointed gives a number with an exponent a point: without one it is text to
// readers of YAML 1.1.
func pointed(n string) string {
	mantissa, exponent, has := strings.Cut(n, "e")
	if has && !strings.Contains(mantissa, ".") {
		return mantissa + ".0e" + exponent
	}
	return n
}
