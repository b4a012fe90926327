package export

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// setting is a place of a file that a value can be written to: what stands
// behind a key, or is an item of a list.
type setting struct {
	node   *yaml.Node // what is there
	parent int        // the column of the block around it, counted from 0
	inFlow bool       // it is between brackets
	asJSON bool       // in a document that also is JSON
}

// under is the place of a value in a mapping that is at a place.
func (d *document) under(s setting, mapping, key, value *yaml.Node) setting {
	u := setting{node: value, parent: s.parent, inFlow: s.inFlow || mapping.Style&yaml.FlowStyle != 0}
	if !u.inFlow {
		u.parent = d.column(d.at[mapping].value)
	}
	u.asJSON = u.inFlow && key != nil && key.Style&yaml.DoubleQuotedStyle != 0
	return u
}

// write writes data, as encoding/json decodes it, to a place, in the style of
// what is there.
func (d *document) write(s setting, data any) *obstacle {
	e := d.at[s.node]
	text, isText := data.(string)
	if isText {
		text = literal(text)
	}
	style := s.node.Style
	if s.node.Kind != yaml.ScalarNode {
		style = 0
	}
	switch {
	case !isText:
		return d.writeOther(s, e, data)
	case s.asJSON:
		d.put(s, e, jsonText(text))
	case style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && d.writeBlock(s, e, text, style&yaml.FoldedStyle != 0):
	case style&yaml.SingleQuotedStyle != 0 && isShown(text):
		d.put(s, e, "'"+strings.ReplaceAll(text, "'", "''")+"'")
	case style&yaml.DoubleQuotedStyle != 0 && strings.Contains(d.text[e.value:e.end], "\n") && strings.Contains(text, "\n"):
		d.put(s, e, strings.Join(quotedLines(text), d.eol(e.value)+d.margin(e)))
	case style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		d.put(s, e, `"`+escaped(text)+`"`)
	case style == 0 && !s.inFlow && s.node.Tag == "!!timestamp" && moment.MatchString(text):
		d.put(s, e, text) // whoever left the quotes out wants them left out
	default:
		d.writePlain(s, e, text)
	}
	return nil
}

// writePlain writes a text to where one without quotes, or no text, has been.
func (d *document) writePlain(s setting, e extent, value string) {
	at := place(s.inFlow)
	header, lines, isLiteral := literalLines(value)
	switch {
	case s.inFlow || isPlain(value, at) || !isLong(value):
		d.put(s, e, text(value, at))
	case isLiteral && !d.swallows(e.end, s.parent+2) && (d.blank(e.from, e.value) || !strings.Contains(d.text[e.from:e.value], "\n")):
		d.putLines(e, header, indented(lines, s.parent+2))
	default:
		d.put(s, e, strings.Join(quotedLines(value), d.eol(e.value)+strings.Repeat(" ", s.parent+2)))
	}
}

// margin is what is before the first text in the lines that a quoted scalar
// goes on in.
func (d *document) margin(e extent) string {
	rest := d.text[d.nextLine(e.value):]
	blanks := rest[:len(rest)-len(strings.TrimLeft(rest, " \t\r\n"))]
	return blanks[strings.LastIndexByte(blanks, '\n')+1:]
}

// writeOther writes a value that is no text. A tag would make it one.
func (d *document) writeOther(s setting, e extent, data any) *obstacle {
	inline, o := d.inline(data, s.asJSON)
	if o != nil {
		return o
	}
	if e.tag < e.tagEnd {
		rest := d.text[e.tagEnd:e.value]
		d.replace(e.tag, e.value-len(strings.TrimLeft(rest, " \t")), "")
	}
	collection := s.node.Kind == yaml.MappingNode || s.node.Kind == yaml.SequenceNode
	inBlock := collection && s.node.Style&yaml.FlowStyle == 0
	_, fits := onOneLine(data, lineWidth-s.parent)
	switch {
	case inBlock && hasLines(data) && d.blank(e.end, d.lineEnd(e.end)) && !d.swallows(e.end, s.parent+1):
		d.replace(e.value, e.end, d.withEOL(d.asBlock(s, e, data), e.value))
	case inBlock && d.blank(e.from, e.value) && !e.property():
		d.replace(e.from, e.end, " "+inline)
	case inBlock:
		d.replace(e.value, e.end, inline)
	case fits || s.inFlow || collection || d.swallows(e.end, s.parent+1):
		d.put(s, e, inline)
	default:
		lines := strings.Repeat(" ", s.parent+2) + inLines(data, s.parent+2)
		d.putLines(e, "", strings.Split(lines, "\n"))
	}
	return nil
}

// asBlock is a mapping or a list in block style in the place of another.
func (d *document) asBlock(s setting, e extent, data any) string {
	column := d.column(e.value)
	if _, isMap := data.(map[string]any); isMap && column <= s.parent {
		// A list may stand as far to the left as the key it belongs to.
		return "  " + inLines(data, column+2)
	}
	return inLines(data, column)
}

// hasLines tells whether a value can be written in block style: nothing but a
// mapping or a list, and no empty one. A long key would need a mark.
func hasLines(data any) bool {
	switch d := data.(type) {
	case map[string]any:
		for k := range d {
			if len(text(k, block)) > longestKey {
				return false
			}
		}
		return len(d) > 0
	case []any:
		return len(d) > 0
	}
	return false
}

// inline is a value on one line, fit for flow style.
func (d *document) inline(data any, asJSON bool) (string, *obstacle) {
	if asJSON {
		if hasLongKey(data) {
			return "", &longKey
		}
		return inJSON(data), nil
	}
	var p printer
	p.inFlow(data)
	return p.String(), nil
}

// longKey is why a value cannot be in JSON that is read as YAML.
var longKey = obstacle{"a key in it is too long for JSON that is read as YAML", "give the live room a shorter key, or write the file as YAML"}

// hasLongKey tells whether a key in a value would need a mark, which JSON does
// not know.
func hasLongKey(data any) bool {
	switch data := data.(type) {
	case map[string]any:
		for k, v := range data {
			if len(jsonText(k)) > longestKey || hasLongKey(v) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(data, hasLongKey)
	}
	return false
}

// inLines is a mapping or a list in block style whose lines begin at a column,
// without the blanks before the first and the line break after the last.
func inLines(data any, column int) string {
	var p printer
	margin := strings.Repeat(" ", column)
	switch d := data.(type) {
	case map[string]any:
		for _, k := range sortedKeys(d) {
			if key := text(k, block); len(key) > longestKey {
				p.WriteString(margin + "? " + key + "\n" + margin + ":")
				p.value(d[k], column, 1, "")
				continue
			}
			p.key(k, column, d[k], "")
		}
	case []any:
		for _, v := range d {
			p.WriteString(margin + "-")
			p.value(v, column, 1, "")
		}
	}
	return strings.TrimSuffix(p.String(), "\n")[column:]
}

// indented are lines behind a margin; empty ones stay empty.
func indented(lines []string, by int) []string {
	margin := strings.Repeat(" ", by)
	all := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			all[i] = margin + line
		}
	}
	return all
}

// put writes text in the place of a value.
func (d *document) put(s setting, e extent, text string) {
	if e.header > 0 { // the comment behind the header stays
		if column := d.column(e.value); column <= s.parent {
			text = strings.Repeat(" ", s.parent+1-column) + text
		}
		d.replace(e.value, e.header, text)
		d.replace(d.lineEnd(e.header), e.body, "")
		return
	}
	if e.value == e.end || e.property() && !d.blankAt(e.value-1) {
		text = " " + text
	}
	if d.bare[s.node] {
		text = ":" + text
	}
	if e.end < len(d.text) && d.text[e.end] == '#' { // after a quote it may do without a blank
		text += " "
	}
	d.replace(e.value, e.end, text)
}

// putLines writes a header in the place of a value, and lines below.
func (d *document) putLines(e extent, header string, lines []string) {
	eol := d.eol(e.end)
	below := eol + strings.Join(lines, eol)
	if e.header > 0 {
		d.replace(e.value, e.header, header)
		d.replace(d.lineEnd(e.header), e.body, below)
		return
	}
	from := e.value
	switch before := strings.TrimRight(d.text[:from], " "); {
	case header == "":
		from = len(before)
	case d.blank(e.from, from) && strings.Contains(d.text[e.from:from], "\n"): // the header goes up to the key
		from, header = e.from, " "+header
	case from == len(before):
		header = " " + header
	}
	d.replace(from, e.end, header)
	end := d.lineEnd(e.end)
	d.replace(end, end, below)
}

// endsInBlanks tells whether a line of a text ends in what nobody sees.
func endsInBlanks(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); strings.TrimRight(line, " \t") != line {
			return true
		}
	}
	return false
}

// writeBlock writes a text to where there is a block scalar, as one, and tells
// whether it can.
func (d *document) writeBlock(s setting, e extent, text string, folded bool) bool {
	body := strings.TrimRight(text, "\n")
	if body == "" || !blockCan(body) {
		return false
	}
	if endsInBlanks(body) && !endsInBlanks(s.node.Value) {
		return false // an editor that takes them off would change the room
	}
	lines := strings.Split(body, "\n")
	if folded && canFold(lines) {
		lines = fold(lines, d.width(e))
	} else {
		folded = false
	}
	indent := e.indent
	if indent <= s.parent {
		indent = s.parent + 2
	}
	first := strings.TrimLeft(body, "\n")
	explicit := strings.ContainsAny(d.text[e.value:e.header], "123456789") && e.indent > 0
	if explicit || first[0] == ' ' || first[0] == '\t' {
		explicit = true
		if indent-max(s.parent, 0) > 9 {
			indent = s.parent + 2
		}
	}
	if indent != e.indent && d.swallows(e.end, indent) {
		return false
	}
	header := "|"
	if folded {
		header = ">"
	}
	if explicit {
		header += strconv.Itoa(indent - max(s.parent, 0))
	}
	breaks := len(text) - len(body)
	below := len(s.node.Value) - len(strings.TrimRight(s.node.Value, "\n")) // empty lines, if they count
	if e.body > d.lineEnd(e.header) {
		below--
	}
	keeps := strings.Contains(d.text[e.value:e.header], "+")
	all := indented(lines, indent)
	upTo := e.body
	switch {
	case breaks == 0:
		header += "-"
	case keeps && breaks-1 == below:
		header += "+"
	case breaks == 1:
	case keeps:
		header += "+"
		all = append(all, make([]string, breaks-1)...)
		upTo = e.end
	default:
		return false // the lines below would become a part of it
	}
	eol := d.eol(e.value)
	d.replace(e.value, e.header, header)
	d.replace(d.lineEnd(e.header), upTo, eol+strings.Join(all, eol))
	return true
}

// blockCan tells whether text shows all that is in it when it stands in lines
// of its own.
func blockCan(text string) bool {
	return isShown(strings.NewReplacer("\n", " ", "\t", " ").Replace(text))
}

// canFold tells whether lines keep their breaks when they are folded: ones that
// begin with a blank are not joined with others.
func canFold(lines []string) bool {
	for _, line := range lines {
		if line != "" && (line[0] == ' ' || line[0] == '\t' || strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t")) {
			return false
		}
	}
	return true
}

// width is the length of the longest line of a block scalar, if that is worth
// keeping to.
func (d *document) width(e extent) int {
	widest := 0
	for i := d.nextLine(e.header); i < e.body; i = d.nextLine(i) {
		widest = max(widest, utf8.RuneCountInString(d.text[i:d.lineEnd(i)])-e.indent)
	}
	return max(widest, 40)
}

// fold breaks lines at blanks where they get too long, and separates them by
// empty ones: a single break would be a blank.
func fold(lines []string, width int) []string {
	var all []string
	for i, line := range lines {
		if i > 0 && lines[i-1] != "" {
			all = append(all, "")
		}
		used := 0
		for _, word := range folding(line) {
			n := utf8.RuneCountInString(word)
			if used > 0 && used+1+n <= width {
				all[len(all)-1] += " " + word
				used += 1 + n
				continue
			}
			all = append(all, word)
			used = n
		}
	}
	return all
}

// folding cuts a line at the blanks at which it can be broken: single ones.
func folding(line string) []string {
	var words []string
	from := 0
	for i := 1; i+1 < len(line); i++ {
		if line[i] == ' ' && line[i-1] != ' ' && line[i-1] != '\t' && line[i+1] != ' ' && line[i+1] != '\t' {
			words = append(words, line[from:i])
			from = i + 1
		}
	}
	return append(words, line[from:])
}

// jsonText is a text as JSON, and YAML, have it.
func jsonText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r > 0xffff || isShown(string(r)):
			b.WriteRune(r) // YAML does not know JSON's pairs of escapes
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String() + `"`
}

// inJSON is data as JSON.
func inJSON(data any) string {
	var b strings.Builder
	switch d := data.(type) {
	case string:
		return jsonText(literal(d))
	case json.Number:
		return d.String()
	case []any:
		b.WriteByte('[')
		for i, v := range d {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(inJSON(v))
		}
		return b.String() + "]"
	case map[string]any:
		b.WriteByte('{')
		for i, k := range sortedKeys(d) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(jsonText(k) + ": " + inJSON(d[k]))
		}
		return b.String() + "}"
	case bool:
		return strconv.FormatBool(d)
	}
	return "null"
}
