package config

import (
	"gopkg.in/yaml.v3"

	"roomsync/internal/diag"
)

// Document is a text that is YAML as Parse reads it, whether or not it says
// anything sensible about rooms.
type Document struct {
	Text string     // without a byte order mark
	Root *yaml.Node // the mapping that the text is, with the places in Text
	Data any        // what it stands for, aliases followed and << merged, as encoding/json decodes it
}

// Syntax reads a text as far as it is YAML. It finds what Parse finds of wrong
// bytes, wrong YAML, keys that appear twice and values that readers disagree
// on; whether the settings exist is not its business.
func Syntax(path string, data []byte) (*Document, diag.List) {
	src, list := readSource(path, data)
	if list.Errors() > 0 {
		return nil, files{src}.finish(list)
	}
	document, problem := src.parse(src.text)
	if problem != nil {
		return nil, files{src}.finish(diag.List{*problem})
	}
	root, list := src.resolved(document)
	if root == nil || list.Errors() > 0 {
		return nil, files{src}.finish(list)
	}
	if document.Kind != yaml.MappingNode {
		return nil, files{src}.finish(diag.List{{Pos: root.pos(), Message: "the file must be a mapping, and this is " + described(root)}})
	}
	return &Document{Text: src.text, Root: document, Data: root.value()}, nil
}
