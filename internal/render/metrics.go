package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"roomsync/internal/plan"
)

// DriftMetrics writes drift in Prometheus' text format, for node-exporter's
// textfile collector. now is when the comparison succeeded: an alert on its age
// notices runs that fail or do not happen.
func DriftMetrics(w io.Writer, p plan.Plan, about About, now time.Time) error {
	b := bufio.NewWriter(w)
	labels := fmt.Sprintf(`environment="%s",space="%s"`, label(about.Environment), label(p.Space))
	family := func(name, help string) {
		fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
	}
	one := func(name, help string, n int64) {
		family(name, help)
		fmt.Fprintf(b, "%s{%s} %d\n", name, labels, n)
	}
	const rooms = "roomsync_drift_rooms"
	family(rooms, "Rooms that are not as the file has them, by how they differ.")
	for _, a := range driftStates {
		fmt.Fprintf(b, "%s{%s,state=\"%s\"} %d\n", rooms, labels, driftWords.of[a], p.Count(a))
	}
	fmt.Fprintf(b, "%s{%s,state=\"conflict\"} %d\n", rooms, labels, len(p.Conflicts))
	one("roomsync_managed_rooms", "Live rooms that the file answers for.", int64(p.Managed))
	one("roomsync_unmanaged_rooms", "Live rooms that the file does not answer for.", int64(p.Live-p.Managed))
	one("roomsync_ignored_rooms", "Rooms whose differences are to be ignored.", int64(len(p.Ignored)))
	one("roomsync_drift_last_success_timestamp_seconds", "When live rooms and file were last compared, as Unix time.", now.Unix())
	return b.Flush()
}

// label is a text as the value of a label.
func label(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(s, "\ufffd"))
}
