package sandbox

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// An object is one room of either kind, or one stream. Objects are never
// changed once they are stored: a write puts a changed copy in the slot, so
// that a reader may encode what it found after letting go of the lock.
type object struct {
	id, name         string // a stream has no name
	values           []any  // by place in kind.fields; nil is null
	created, updated time.Time
	session          *session
	tokens           []token
	streams          []slot // by sequence
}

func initialValues(k *kind) []any {
	values := make([]any, len(k.fields))
	for i, f := range k.fields {
		values[i] = f.initial
	}
	return values
}

// with returns a copy that holds the given settings besides its own.
func (o *object) with(k *kind, settings map[string]any) *object {
	changed := *o
	changed.values = slices.Clone(o.values)
	for name, value := range settings {
		if name == "name" {
			changed.name = value.(string)
			continue
		}
		changed.values[k.index[name]] = value
	}
	return &changed
}

// value is the setting's, or nil when the kind has no such setting.
func (o *object) value(k *kind, name string) any {
	if at, ok := k.index[name]; ok {
		return o.values[at]
	}
	return nil
}

// encode appends the object as JSON with its members in the document's
// order, every required one among them.
func (o *object) encode(b *bytes.Buffer, k *kind, how wording) error {
	for i, f := range k.fields {
		value := o.values[i]
		switch f.name {
		case "id":
			value = o.id
		case "name":
			value = o.name
		case "created_at":
			value = o.created
		case "updated_at":
			value = o.updated
		case "active_session":
			if !how.session || o.session == nil {
				continue
			}
			value = o.session
		}
		if how.otherwise {
			value = f.otherwise(value)
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if i == 0 {
			b.WriteByte('{')
		} else {
			b.WriteByte(',')
		}
		b.WriteString(`"` + f.name + `":`)
		b.Write(encoded)
	}
	if how.extra {
		b.WriteString(`,"x_future":{"beta":true},"reserved":null`)
	}
	b.WriteByte('}')
	return nil
}

// wording is how an answer tells of an object.
type wording struct {
	session   bool // with the session, if there is one
	otherwise bool // times and colours in another spelling
	extra     bool // with members that the document does not have
}

func (c *call) wording(session bool) wording {
	return wording{session: session, otherwise: c.strikes.way[Spelling], extra: c.strikes.way[Extra]}
}

// otherwise spells a value in another way that means the same.
func (f *field) otherwise(value any) any {
	switch v := value.(type) {
	case time.Time:
		return v.In(time.FixedZone("", 2*60*60)).Format("2006-01-02T15:04:05.000000000-07:00")
	case string:
		if f.match == colourPattern {
			return strings.ToLower(v)
		}
	}
	return value
}
