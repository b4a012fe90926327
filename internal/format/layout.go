package format

// document is a file as it will be written: what is in it, in order, without
// its indentation.
type document struct {
	prologue []comment // directives and comments above a ---
	root     *entry    // its key is --- or empty
	epilogue []comment // ... and what follows
}

// comment is a comment on a line of its own, or another line that is kept as it
// is.
type comment struct {
	text   string
	column int  // where it was written
	blank  bool // a blank line is above it
}

// lineComment is a comment at the end of a line.
type lineComment struct {
	text   string
	column int // from where the entry begins, for comments that are aligned
	gap    int // from what is before it
}

// block is a mapping or a sequence in block style.
type block struct {
	entries []*entry
	tail    []comment // below the last entry, as far in as the entries
}

// entry is a key with its value, or an item of a sequence.
type entry struct {
	standing []comment // above it, and staying where they are when it moves
	gap      bool      // a blank line is above it and its own comments
	own      []comment // right above it, moving with it

	head   string       // the key with its colon, or -
	props  string       // anchor and tag that stand apart from the value
	beside *lineComment // beside head, where the value is not
	value  value
	after  []comment // further in than the entry, below its value

	column int // where it was written
}

// value is one of: nothing, a block, or text.
type value struct {
	block   *block
	compact bool // the block begins beside the - it is the item of

	text   []line       // a scalar, an alias or a flow collection
	column int          // where the text was written
	flow   bool         // it is a flow collection
	below  bool         // it begins on a line below its key
	above  []comment    // between the key and a text below it
	beside *lineComment // beside the text, at its end or, of a block scalar, beside | or >

	body     []string // the content of a block scalar without its indentation
	isBody   bool     // it is a block scalar, though its content may be empty
	explicit int      // the indentation that its header states, or 0
	keeps    bool     // blank lines below it are its own
}

// line is a line of a text, without its indentation.
type line struct {
	indent int // of all but the first
	text   string
}
