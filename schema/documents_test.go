package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/schema"
)

// Each schema is one file, so what plans and reports share stands in both. The
// words may differ (a plan would, a report did); the rules may not.
func TestDocumentsShareTheirParts(t *testing.T) {
	defs := func(document []byte) map[string]any {
		var d struct {
			Defs map[string]any `json:"$defs"`
		}
		if err := json.Unmarshal(document, &d); err != nil {
			t.Fatal(err)
		}
		return d.Defs
	}
	plan, report := defs(schema.Plan), defs(schema.Report)
	for _, name := range []string{"change", "bystander", "conflict", "guard", "failure", "problem", "source", "kind", "count"} {
		if plan[name] == nil {
			t.Errorf("plan.schema.json has no %s", name)
		}
		if diff := cmp.Diff(withoutWords(plan[name]), withoutWords(report[name])); diff != "" {
			t.Errorf("%s (-plan +report):\n%s", name, diff)
		}
		for of, document := range map[string][]byte{"drift": schema.Drift, "pull": schema.Pull} {
			part := defs(document)[name]
			if part == nil {
				continue // not every part is in it
			}
			if diff := cmp.Diff(withoutWords(plan[name]), withoutWords(part)); diff != "" {
				t.Errorf("%s (-plan +%s):\n%s", name, of, diff)
			}
		}
	}
}

// withoutWords drops descriptions.
func withoutWords(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := make(map[string]any)
		for name, member := range v {
			if _, isText := member.(string); name != "description" || !isText {
				kept[name] = withoutWords(member)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i, e := range v {
			kept[i] = withoutWords(e)
		}
		return kept
	}
	return v
}
