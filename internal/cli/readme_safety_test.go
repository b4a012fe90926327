package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// jqProgram is what a shell gives jq, on one line or several.
var jqProgram = regexp.MustCompile(`jq (?:-r --arg name \S+ )?'([^']{99,})'`)

// TestSafetyRunsItsPrograms compares the jq programs of the document with those
// that scripts run.
func TestSafetyRunsItsPrograms(t *testing.T) {
	var found []string
	for _, path := range []string{".github/docs/safety.md", "testdata/script/not-deleted.txtar", "testdata/script/bring-back.txtar"} {
		for _, m := range jqProgram.FindAllStringSubmatch(readDocument(t, path), -1) {
			if p := strings.Join(strings.Fields(m[1]), " "); !strings.Contains(p, `.outcome) = "`) { // what makes a report up
				found = append(found, p)
			}
		}
	}
	if len(found) != 5 || found[0] != found[2] || found[0] != found[3] || found[1] != found[4] {
		t.Errorf("the document has two programs, and its scripts run the first twice and the second; there are\n%s", strings.Join(found, "\n"))
	}
}

// TestSafetyQuotesWhatIsSaid: a script checks each text that the table of
// reasons quotes.
func TestSafetyQuotesWhatIsSaid(t *testing.T) {
	_, section, _ := strings.Cut(readDocument(t, ".github/docs/safety.md"), "\n## Why a room is not deleted\n")
	section, _, _ = strings.Cut(section, "\n## ")
	script := strings.ReplaceAll(readDocument(t, "testdata/script/not-deleted.txtar"), `\`, "")
	quotes := 0
	for _, row := range regexp.MustCompile(`(?m)^\| .* \| (.*) \| .* \|$`).FindAllStringSubmatch(section, -1)[1:] {
		for _, m := range regexp.MustCompile("`([^`]+ [^`]+)`").FindAllStringSubmatch(row[1], -1) {
			if quotes++; !strings.Contains(script, m[1]) && m[1] != "apply plan.json" {
				t.Errorf("the script does not check %q", m[1])
			}
		}
	}
	if quotes < 14 {
		t.Errorf("%d quotes found in the table", quotes)
	}
}

func readDocument(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
