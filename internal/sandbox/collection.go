package sandbox

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// A collection holds the objects of one kind in the order of their creation.
// Finding one by id or by name, and starting to list anywhere, takes no walk
// through the others. The server's lock guards it.
type collection struct {
	kind   *kind
	order  []*slot // by sequence; deleted ones stay until there are too many
	dead   int
	byID   map[string]*slot
	byName map[string][]*slot // more than one only by Put
}

// A slot is an object's place. The sequence never changes and is never used
// again, which is what makes cursors stable.
type slot struct {
	sequence uint64
	object   *object // nil: deleted
}

func newCollection(k *kind) *collection {
	return &collection{kind: k, byID: map[string]*slot{}, byName: map[string][]*slot{}}
}

func (c *collection) withID(id string) *object {
	if at := c.byID[id]; at != nil {
		return at.object
	}
	return nil
}

// withName returns the oldest object of that name: a choice that renames and
// restarts do not change.
func (c *collection) withName(name string) *object {
	all := c.byName[name]
	if len(all) == 0 {
		return nil
	}
	return slices.MinFunc(all, func(a, b *slot) int { return cmp.Compare(a.sequence, b.sequence) }).object
}

// taken says whether an object other than except has the name.
func (c *collection) taken(name string, except *slot) bool {
	return slices.ContainsFunc(c.byName[name], func(s *slot) bool { return s != except })
}

// insert adds an object; its sequence must be above all others'.
func (c *collection) insert(sequence uint64, o *object) *slot {
	at := &slot{sequence: sequence, object: o}
	c.order = append(c.order, at)
	c.byID[o.id] = at
	c.byName[o.name] = append(c.byName[o.name], at)
	return at
}

func (c *collection) replace(at *slot, o *object) {
	if at.object.name != o.name {
		c.unname(at)
		c.byName[o.name] = append(c.byName[o.name], at)
	}
	at.object = o
}

func (c *collection) delete(at *slot) {
	c.unname(at)
	delete(c.byID, at.object.id)
	at.object = nil
	c.dead++
	// Waiting for half makes each delete cheap on average; the constant
	// keeps small collections from being copied all the time.
	if c.dead > 64 && c.dead > len(c.order)/2 {
		c.order = slices.DeleteFunc(c.order, func(s *slot) bool { return s.object == nil })
		c.dead = 0
	}
}

func (c *collection) unname(at *slot) {
	name := at.object.name
	left := slices.DeleteFunc(c.byName[name], func(s *slot) bool { return s == at })
	if len(left) == 0 {
		delete(c.byName, name)
		return
	}
	c.byName[name] = left
}

// after goes through the objects created later than the one at sequence.
func (c *collection) after(sequence uint64) iter.Seq2[uint64, *object] {
	return func(yield func(uint64, *object) bool) {
		for _, at := range c.order[c.upTo(sequence):] {
			if at.object != nil && !yield(at.sequence, at.object) {
				return
			}
		}
	}
}

// before goes back from the object at sequence, which is included.
func (c *collection) before(sequence uint64) iter.Seq2[uint64, *object] {
	return func(yield func(uint64, *object) bool) {
		for _, at := range slices.Backward(c.order[:c.upTo(sequence)]) {
			if at.object != nil && !yield(at.sequence, at.object) {
				return
			}
		}
	}
}

// upTo counts the slots up to and with sequence.
func (c *collection) upTo(sequence uint64) int {
	return sort.Search(len(c.order), func(i int) bool { return c.order[i].sequence > sequence })
}
