package render

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/joshdk/go-junit"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// drifted is a comparison in which live rooms differ from the file in every way.
func drifted() plan.Plan {
	p := everything()
	p.Guards = nil
	p.Operations = append(p.Operations, plan.Operation{
		Action:  plan.Rename,
		Desired: room.Desired{Kind: room.Conference, Name: "team-stage", Pos: diag.Pos{File: "rooms.yaml", Line: 30, Col: 5}, Was: []string{"team-hall"}},
		Live:    room.Live{Kind: room.Conference, ID: "9", Name: "team-hall"},
		Changes: []room.Change{
			{Setting: "display_name", Before: room.Null(), After: room.Text("team-stage"), Implied: true},
			{Setting: "quality", Before: room.Text("720p"), After: room.Text("1080p")},
		},
		Ignored: []room.Change{{Setting: "layout", Before: room.Text("1x1"), After: room.Text("2x2")}}, Because: "layout ignored until 2027-01-31 (an experiment)",
	})
	p.Ignored = []plan.Bystander{{Kind: room.Conference, Name: "team-demo", ID: "10", Reason: "ignored (events team experiments)"}}
	p.Warnings = []plan.Warning{{Lint: "unmatched-glob", Pos: diag.Pos{File: "rooms.yaml", Line: 2, Col: 3}, Message: "protect: team-lead matches no room, in the file or live"}}
	return p
}

func TestDrift(t *testing.T) {
	p := drifted()
	golden(t, "drift.txt", text(t, func(w io.Writer) error { return DriftText(w, p, Style{}) }))
	golden(t, "drift.md", text(t, func(w io.Writer) error { return DriftMarkdown(w, p, about, CommentLimit) }))
	document := text(t, func(w io.Writer) error { return DriftJSON(w, p, about, 2) })
	golden(t, "drift.json", document)
	s := jsonschema.MustCompileString("drift.schema.json", string(schema.Drift))
	var v any
	if err := json.Unmarshal([]byte(document), &v); err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%#v", err)
	}
}

func TestNoDrift(t *testing.T) {
	p := plan.Diff(nil, nil, plan.Options{Space: "example.signalwire.com", Project: "p"})
	if got, want := text(t, func(w io.Writer) error { return DriftText(w, p, Style{}) }), "space: example.signalwire.com, project: p\nNo drift. Managed: 0 of 0 live rooms (100%).\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := text(t, func(w io.Writer) error { return DriftMarkdown(w, p, About{}, 0) }); strings.Contains(got, "Next") || !strings.Contains(got, "**No drift. ") {
		t.Error(got)
	}
}

// Nearly all is not all.
func TestCoverage(t *testing.T) {
	for _, c := range []struct{ managed, live, want int }{{0, 0, 100}, {0, 5, 0}, {1, 3, 33}, {1999, 2000, 99}, {7, 7, 100}} {
		if got := coverage(plan.Plan{Managed: c.managed, Live: c.live}); got != c.want {
			t.Errorf("%d of %d: %d%%, want %d%%", c.managed, c.live, got, c.want)
		}
	}
}

func TestDriftJUnit(t *testing.T) {
	document := text(t, func(w io.Writer) error { return DriftJUnit(w, drifted(), about) })
	golden(t, "drift.xml", document)
	suites, err := junit.Ingest([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if len(suites) != 1 || suites[0].Name != "production" {
		t.Fatalf("suites: %+v", suites)
	}
	if got, want := suites[0].Totals, (junit.Totals{Tests: 9, Passed: 1, Skipped: 1, Failed: 7}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	got := make(map[string]string)
	for _, test := range suites[0].Tests {
		got[test.Classname+" "+test.Name] = string(test.Status) + " " + test.Message
	}
	want := map[string]string{
		"conference team-changed": "failed changed: display_name, description, join_from, enable_chat",
		"conference team-new":     "failed missing: the file has it, and it is not live",
		"conference team-old":     "failed extra: it is live and managed, and the file does not have it",
		"room team-meta":          "failed changed: meta",
		"conference team-stage":   "failed renamed: it is live as team-hall",
		"conference team-bare":    "failed " + everything().Conflicts[0].Reason,
		"conference team-twin":    "failed " + everything().Conflicts[1].Reason,
		"conference team-same":    "passed ",
		"conference team-demo":    "skipped ignored (events team experiments)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tests (-want +got):\n%s", diff)
	}
}

// Whatever the rooms hold, it is XML.
func TestHostileJUnit(t *testing.T) {
	for _, s := range hostile {
		document := text(t, func(w io.Writer) error { return DriftJUnit(w, inHostileHands(s), About{Environment: s}) })
		suites, err := junit.Ingest([]byte(document))
		if err != nil || len(suites) != 1 || suites[0].Totals.Tests != 5 {
			t.Errorf("%q: %v: %s", s, err, document)
		}
		failure := NewFailure(1, s, s, diag.List{{Message: s, Pos: diag.Pos{File: s, Line: 1, Col: 1}}})
		document = text(t, func(w io.Writer) error { return FailureJUnit(w, failure, About{}) })
		if suites, err := junit.Ingest([]byte(document)); err != nil || suites[0].Totals.Error != 1 {
			t.Errorf("%q: %v: %s", s, err, document)
		}
	}
}

func TestDriftMetrics(t *testing.T) {
	now := time.Unix(1_795_600_000, 0)
	for _, name := range append(hostile, "production") {
		p := drifted()
		p.Space = name + " space"
		document := text(t, func(w io.Writer) error { return DriftMetrics(w, p, About{Environment: name}, now) })
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(document))
		if err != nil {
			t.Fatalf("%q: %v\n%s", name, err, document)
		}
		got := make(map[string]float64)
		for family, f := range families {
			if f.GetType() != dto.MetricType_GAUGE || f.GetHelp() == "" {
				t.Errorf("%s is %s: %q", family, f.GetType(), f.GetHelp())
			}
			for _, m := range f.GetMetric() {
				labels := make(map[string]string)
				for _, l := range m.GetLabel() {
					labels[l.GetName()] = l.GetValue()
				}
				if want := strings.ToValidUTF8(name, "\ufffd"); labels["environment"] != want || labels["space"] != want+" space" {
					t.Errorf("labels %q, want %q", labels, want)
				}
				got[strings.TrimPrefix(family, "roomsync_")+" "+labels["state"]] = m.GetGauge().GetValue()
			}
		}
		want := map[string]float64{
			"drift_rooms changed": 2, "drift_rooms missing": 1, "drift_rooms extra": 1, "drift_rooms renamed": 1, "drift_rooms conflict": 2,
			"managed_rooms ": 7, "unmanaged_rooms ": 1, "ignored_rooms ": 1, "drift_last_success_timestamp_seconds ": 1_795_600_000,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}
