package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

var update = flag.Bool("update", false, "rewrite the documents in testdata")

// everything is a plan with something in each of its lists.
func everything() plan.Plan {
	at := func(line int) diag.Pos { return diag.Pos{File: "rooms.yaml", Line: line, Col: 5} }
	conference := func(name string, line int, s room.Settings) room.Desired {
		return room.Desired{Kind: room.Conference, Name: name, Pos: at(line), Settings: s}
	}
	live := func(kind room.Kind, id, name string, s room.Settings) room.Live {
		return room.Live{Kind: kind, ID: id, Name: name, Settings: s}
	}
	return plan.Diff([]room.Desired{
		conference("team-new", 4, room.Settings{"size": room.Text("large"), "description": room.Text("")}),
		conference("team-changed", 8, room.Settings{
			"display_name": room.Text("null"), "enable_chat": room.Bool(false), "description": room.Text("one\nthree\n"), "join_from": room.Null(),
		}),
		conference("team-same", 14, room.Settings{"quality": room.Text("720p")}),
		conference("team-twin", 16, nil),
		conference("team-bare", 18, nil),
		{Kind: room.Room, Name: "team-meta", Pos: at(20), Settings: room.Settings{"meta": mustValue(`{"queue":"support","languages":["de","en"],"note":"long enough to be spread over several lines"}`)}},
	}, []room.Live{
		live(room.Conference, "1", "team-changed", room.Settings{"display_name": room.Null(), "enable_chat": room.Bool(true), "description": room.Text("one\ntwo\n"), "join_from": room.Text("2026-01-01T00:00:00Z")}),
		live(room.Conference, "2", "team-same", room.Settings{"quality": room.Text("720p")}),
		live(room.Conference, "3", "team-twin", nil),
		live(room.Conference, "4", "team-twin", nil),
		live(room.Room, "5", "team-bare", nil),
		live(room.Conference, "6", "team-old", room.Settings{"display_name": room.Text("The old one"), "quality": room.Text("720p")}),
		live(room.Conference, "7", "elsewhere", nil),
		live(room.Room, "8", "team-meta", room.Settings{"meta": room.Null()}),
	}, plan.Options{Space: "example.signalwire.com", Project: "p", Prune: true, Scope: plan.Scope{Stated: true, Globs: []string{"team-*"}}})
}

func mustValue(text string) room.Value {
	v, err := room.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return v
}

func text(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPlanText(t *testing.T) {
	got := text(t, func(w io.Writer) error { return PlanText(w, everything(), Style{}) })
	want := `~ team-changed  conference, rooms.yaml:8
    display_name: null → "null"
    description:
        one
      - two
      + three
    join_from:    2026-01-01T00:00:00Z → null
    enable_chat:  true → false
+ team-new  conference, rooms.yaml:4
    display_name: team-new  (the API requires one)
    description:  ""
    size:         large
- team-old  conference
    display_name: The old one
~ team-meta  room, rooms.yaml:20
    meta:
      - null
      + {
      +   "languages": [
      +     "de",
      +     "en"
      +   ],
      +   "note": "long enough to be spread over several lines",
      +   "queue": "support"
      + }
! team-bare  conference, rooms.yaml:18
    conflict: the live room is a room without a prebuilt UI, the file wants a room with a prebuilt UI, and the kind of a room cannot be changed
    live: 5 (room)
    give the new room another name, or delete the live one in the dashboard first (its tokens and links end with it)
! team-twin  conference, rooms.yaml:16
    conflict: 2 live rooms have this name, and nothing tells which one is meant
    live: 3 (conference), 4 (conference)
    rename or delete all but one of them in the dashboard

left alone, outside of what the file manages: elsewhere
space: example.signalwire.com, project: p, with --prune
digest: da4964483b9780c090c064eb73361e528e41f18f83de5296da2ea61ebc254bd4
Plan: 1 to create, 2 to update, 1 to delete, 2 in conflict; 1 unchanged, 1 not in the file.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

func TestColours(t *testing.T) {
	plain := text(t, func(w io.Writer) error { return PlanText(w, everything(), Style{}) })
	coloured := text(t, func(w io.Writer) error { return PlanText(w, everything(), Style{Color: true}) })
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b[") {
		t.Error("colours are there without being asked for, or are not when they are")
	}
}

func TestSummaries(t *testing.T) {
	none := plan.Plan{}
	for want, got := range map[string]string{
		"No changes: there are no rooms, and the file wants none.": planSummary(none),
		"No changes: 2 unchanged.":                                 planSummary(plan.Plan{Unchanged: make([]plan.Bystander, 2)}),
		"Plan: 1 to create.":                                       planSummary(plan.Plan{Operations: []plan.Operation{{Action: plan.Create}}}),
		"Nothing to do: no write was made.":                        reportSummary(apply.Report{}),
		"Nothing was written: no.":                                 reportSummary(apply.Refuse(everything(), "no")),
		"Done: 1 applied.":                                         reportSummary(apply.Report{Results: []apply.Result{{Outcome: apply.Applied}}}),
		"Interrupted: 1 applied, 1 skipped.":                       reportSummary(apply.Report{Interrupted: true, Results: []apply.Result{{Outcome: apply.Applied}, {Outcome: apply.Skipped}}}),
		"Incomplete: 1 in conflict.":                               reportSummary(apply.Report{Plan: plan.Plan{Conflicts: make([]plan.Conflict, 1)}}),
		"Incomplete: 1 unknown. Unknown ones may have been carried out: plan again to see.": reportSummary(apply.Report{Results: []apply.Result{{Outcome: apply.Unknown}}}),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// reported is a report with every outcome in it.
func reported() apply.Report {
	p := everything()
	r := apply.Report{Plan: p, Interrupted: true}
	for i, op := range p.Operations {
		result := apply.Result{Operation: op, Attempts: 1, Duration: 1500 * time.Millisecond, ID: fmt.Sprint("new-", i)}
		switch i {
		case 0:
			result.Outcome, result.Reason = apply.Applied, "a remark"
		case 1:
			result.Outcome, result.Err = apply.Failed, errors.New("create conference team-new: POST /: 422: \x1b[31mno\nway")
		case 2:
			result.Outcome, result.Err = apply.Unknown, errors.New("delete conference team-old: the answer broke off")
		default:
			result = apply.Result{Operation: op, Outcome: apply.Skipped, Reason: "interrupted before it began"}
		}
		r.Results = append(r.Results, result)
	}
	return r
}

func TestReportText(t *testing.T) {
	got := text(t, func(w io.Writer) error { return ReportText(w, reported(), About{}, Style{}) })
	want := `~ team-changed updated (a remark)
· team-meta skipped: interrupted before it began
✗ team-old unknown: delete conference team-old: the answer broke off
✗ team-new failed: create conference team-new: POST /: 422: \x1b[31mno\nway
! team-bare not touched: the live room is a room without a prebuilt UI, the file wants a room with a prebuilt UI, and the kind of a room cannot be changed
! team-twin not touched: 2 live rooms have this name, and nothing tells which one is meant
Interrupted: 1 applied, 1 failed, 1 unknown, 1 skipped, 2 in conflict. Unknown ones may have been carried out: plan again to see.
Next: put it right, the conflicts too, and run again: roomsync apply --prune
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// conform checks a document against one of our schemas.
func conform(t *testing.T, name string, document []byte, body string) map[string]any {
	t.Helper()
	s, err := jsonschema.CompileString(name, string(document))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%s: %#v\n%s", name, err, body)
	}
	return v
}

func TestPlanJSON(t *testing.T) {
	body := text(t, func(w io.Writer) error { return PlanJSON(w, everything()) })
	v := conform(t, "plan", schema.Plan, body)
	wantSummary := map[string]any{"create": json.Number("1"), "update": json.Number("2"), "delete": json.Number("1"), "unchanged": json.Number("1"), "unmanaged": json.Number("1"), "conflicts": json.Number("2"),
		"rename": json.Number("0"), "ignored": json.Number("0"), "excluded": json.Number("0"), "live": json.Number("8"), "managed": json.Number("7")}
	if diff := cmp.Diff(wantSummary, v["summary"]); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	changed := v["operations"].([]any)[0].(map[string]any)
	want := map[string]any{
		"action": "update", "kind": "conference", "name": "team-changed", "id": "1",
		"source": map[string]any{"file": "rooms.yaml", "line": json.Number("8"), "column": json.Number("5")},
		"changes": []any{
			map[string]any{"setting": "display_name", "before": nil, "after": "null"},
			map[string]any{"setting": "description", "before": "one\ntwo\n", "after": "one\nthree\n"},
			map[string]any{"setting": "join_from", "before": "2026-01-01T00:00:00Z", "after": nil},
			map[string]any{"setting": "enable_chat", "before": true, "after": false},
		},
	}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("operation (-want +got):\n%s", diff)
	}
	deleted := v["operations"].([]any)[2].(map[string]any)
	if diff := cmp.Diff(map[string]any{"display_name": "The old one", "quality": "720p"}, deleted["before"]); diff != "" {
		t.Errorf("what a delete loses (-want +got):\n%s", diff)
	}
	created := v["operations"].([]any)[1].(map[string]any)["changes"].([]any)[0].(map[string]any)
	if _, has := created["before"]; has || created["implied"] != true {
		t.Errorf("a change of a room that is not there yet: %v", created)
	}
}

func TestPlanJSONIsTheSameEveryTime(t *testing.T) {
	first := text(t, func(w io.Writer) error { return PlanJSON(w, everything()) })
	for range 20 {
		if again := text(t, func(w io.Writer) error { return PlanJSON(w, everything()) }); again != first {
			t.Fatalf("(-first +again):\n%s", cmp.Diff(first, again))
		}
	}
}

func TestEmptyDocuments(t *testing.T) {
	v := conform(t, "plan", schema.Plan, text(t, func(w io.Writer) error { return PlanJSON(w, plan.Plan{}) }))
	for _, list := range []string{"operations", "unchanged", "unmanaged", "conflicts", "guards"} {
		if l, ok := v[list].([]any); !ok || len(l) != 0 {
			t.Errorf("%s of an empty plan is %v, want []", list, v[list])
		}
	}
	conform(t, "report", schema.Report, text(t, func(w io.Writer) error { return ReportJSON(w, apply.Report{}, 0) }))
}

func TestReportJSON(t *testing.T) {
	v := conform(t, "report", schema.Report, text(t, func(w io.Writer) error { return ReportJSON(w, reported(), 130) }))
	n := func(i int) json.Number { return json.Number(fmt.Sprint(i)) }
	want := map[string]any{"planned": n(4), "applied": n(1), "failed": n(1), "skipped": n(1), "unknown": n(1), "unchanged": n(1), "conflicts": n(2)}
	if diff := cmp.Diff(want, v["summary"]); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	first := v["operations"].([]any)[0].(map[string]any)
	if first["duration_seconds"] != json.Number("1.5") || first["attempts"] != n(1) || first["outcome"] != "applied" {
		t.Errorf("operation: %v", first)
	}
}

func TestFailure(t *testing.T) {
	f := NewFailure(1, "rooms.yaml has an error", "mend it", diag.List{{Pos: diag.Pos{File: "rooms.yaml", Line: 3, Col: 5}, Message: "no", Hint: "do"}, {Message: "everywhere", Severity: diag.Warning}})
	var b bytes.Buffer
	if err := WriteJSON(&b, f); err != nil {
		t.Fatal(err)
	}
	conform(t, "plan", schema.Plan, b.String())
	conform(t, "report", schema.Report, b.String())
}

func TestRoomsText(t *testing.T) {
	live := []room.Live{
		{Kind: room.Conference, ID: "1", Name: "a", Settings: room.Settings{"display_name": room.Text("A\x1b[1m\t→")}, Session: &room.Session{Status: "in-progress", Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}},
		{Kind: room.Room, ID: "2", Name: "b", Session: &room.Session{Status: "completed"}},
	}
	got := text(t, func(w io.Writer) error { return RoomsText(w, live, Style{}) })
	want := `NAME  KIND        DISPLAY NAME  SESSION                  ID
a     conference  A\x1b[1m\t→   since 2026-01-02 03:04Z  1
b     room        null          -                        2
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
}

func TestValuesAreTold(t *testing.T) {
	for _, c := range []struct {
		value room.Value
		want  string
	}{
		{room.Value{}, "(none)"}, {room.Null(), "null"}, {room.Text("null"), `"null"`}, {room.Text(""), `""`},
		{room.Text(" a"), `" a"`}, {room.Text("true"), `"true"`}, {room.Bool(true), "true"}, {room.Text("12"), `"12"`},
		{room.Int(12), "12"}, {room.Text(`"a"`), `"\"a\""`}, {room.Text("a → b"), `"a → b"`}, {room.Text("My Room"), "My Room"},
	} {
		if got := value(c.value); got != c.want {
			t.Errorf("value(%s) = %s, want %s", c.value.JSON(), got, c.want)
		}
	}
}

// JSON on a terminal is as harmless as text, and the same to its readers.
func TestJSONIsHarmless(t *testing.T) {
	const hostile = "a\x7f\u009b[2J\u202eb\u2066<é>\u2028\x1b"
	type document struct {
		Text string   `json:"text"`
		List []string `json:"list"`
	}
	body := text(t, func(w io.Writer) error { return WriteJSON(w, document{hostile, []string{hostile}}) })
	if strings.ContainsAny(body, "\x7f\u009b\u202e\u2066\u2028\x1b") || !strings.Contains(body, "<é>") {
		t.Errorf("written: %q", body)
	}
	var back document
	if err := json.Unmarshal([]byte(body), &back); err != nil || back.Text != hostile || back.List[0] != hostile {
		t.Errorf("read back: %q, %v", back, err)
	}
}
