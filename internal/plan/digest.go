package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Digest names what the plan would do, for comparing a plan that was reviewed
// with the one that is about to be applied. It covers the space, the project,
// the operations and what they start from, and nothing else: two plans that
// would do the same to the same rooms have one digest, whenever and by whichever
// version they are made.
func (p Plan) Digest() string {
	type change struct {
		Setting string     `json:"setting"`
		Before  room.Value `json:"before,omitzero"`
		After   room.Value `json:"after"`
	}
	type operation struct {
		Action  Action        `json:"action"`
		Kind    room.Kind     `json:"kind"`
		Name    string        `json:"name"`
		From    string        `json:"from,omitempty"`
		ID      string        `json:"id,omitempty"`
		Changes []change      `json:"changes,omitempty"`
		Before  room.Settings `json:"before,omitempty"`
	}
	// Of the JSON text of a document with all of it, which is not made as one:
	// it can be as large as everything else.
	sum := sha256.New()
	write := func(before string, v any) {
		raw, err := json.Marshal(v) // maps are sorted
		if err != nil {
			panic(err) // nothing in it can fail
		}
		io.WriteString(sum, before)
		sum.Write(raw)
	}
	write(`{"space":`, p.Space)
	write(`,"project":`, p.Project)
	before, after := `,"operations":[`, "]}"
	if len(p.Operations) == 0 {
		after = `,"operations":null}`
	}
	for _, op := range p.Operations {
		o := operation{Action: op.Action, Kind: op.Kind(), Name: op.Name(), From: op.From(), ID: op.Live.ID}
		for _, c := range op.Changes {
			o.Changes = append(o.Changes, change{c.Setting, canonical(op.Kind(), c.Setting, c.Before), c.After})
		}
		if op.Action == Delete {
			o.Before = make(room.Settings, len(op.Live.Settings))
			for name, v := range op.Live.Settings {
				if v = canonical(op.Kind(), name, v); v.IsSet() {
					o.Before[name] = v
				}
			}
		}
		write(before, o)
		before = ","
	}
	io.WriteString(sum, after)
	return hex.EncodeToString(sum.Sum(nil))
}

// canonical spells a live value in one way, and what is not there and null, too.
func canonical(k room.Kind, setting string, v room.Value) room.Value {
	s, _ := schema.Lookup(string(k), setting)
	switch text, isText := v.Str(); {
	case v.IsNull():
		return room.Value{}
	case s.Format == "color" && isText:
		return room.Text(strings.ToLower(text))
	}
	return room.Canonical(s, v)
}
