package export

import "strings"

// literal is a value's text as the file has it, so that no part of it is taken
// for a variable: dollar signs before another or before a brace are doubled.
// Any other is itself.
func literal(s string) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "$"))
		if run == 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		b.WriteString(s[i : i+run])
		if i += run; run > 1 || strings.HasPrefix(s[i:], "{") {
			b.WriteString(s[i-run : i])
		}
	}
	return b.String()
}
