package export

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Places are what tests in the other package see of extents.
type Places struct{ d *document }

// PlacesIn finds the places of a file.
func PlacesIn(data []byte) (Places, error) {
	d, err := open(Source{"rooms.yaml", data})
	return Places{d}, err
}

// Nodes are the nodes of the file in their order, keys included.
func (p Places) Nodes() []*yaml.Node {
	var all []*yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		all = append(all, n)
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(p.d.root)
	return all
}

// Root is the root node.
func (p Places) Root() *yaml.Node { return p.d.root }

// Extent is where a node stands, without its properties, in the text without a
// byte order mark.
func (p Places) Extent(n *yaml.Node) (from, to int) { e := p.d.at[n]; return e.value, e.end }

// Bare tells of a value that is not there that its key has no colon.
func (p Places) Bare(n *yaml.Node) bool { return p.d.bare[n] }

// Lone tells the same where there is no place for one.
func (p Places) Lone(n *yaml.Node) bool { return p.d.lone[n] }

// Text is the text that offsets are in.
func (p Places) Text() string { return p.d.text }

// Without is the text without the lines of a room's settings: their keys' to
// the last of their values.
func (p Places) Without(settings map[[2]string]bool) []string {
	drop := make(map[int]bool)
	lines := strings.Split(p.d.text, "\n")
	for _, i := range newFile(p.d).items {
		for c := 0; c+1 < len(i.node.Content) && i.node.Kind == yaml.MappingNode; c += 2 {
			key, v := i.node.Content[c], i.node.Content[c+1]
			name := strings.Replace(target(value(i.room, "name")).Value, "${ENV}", "x", 1)
			if !settings[[2]string{name, key.Value}] {
				continue
			}
			from, to := strings.Count(p.d.text[:p.d.at[key].start], "\n"), strings.Count(p.d.text[:max(p.d.at[v].end, p.d.at[v].body)], "\n")
			for to+1 < len(lines) && (strings.TrimSpace(lines[to+1]) == "" || key.Value == "meta" && i.node.Style&yaml.FlowStyle == 0 && strings.HasPrefix(strings.TrimSpace(lines[to+1]), "#")) {
				to++ // empty lines may be a part of a block scalar or not, comments stay when a key before them goes
			}
			for n := from; n <= to; n++ {
				drop[n] = true
			}
		}
	}
	var kept []string
	for n, line := range lines {
		if !drop[n] {
			kept = append(kept, line)
		}
	}
	return kept
}
