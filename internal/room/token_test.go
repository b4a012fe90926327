package room

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A secret stays one however it is printed.
func TestSecretsHideThemselves(t *testing.T) {
	const text = "vpt_62c65414de4d067d07415a7ced8183be"
	token := Token{ID: "1", Name: "guest", Secret: text}
	if got := token.Secret.String(); got != "vpt_62c6…83be" {
		t.Errorf("it shows %s", got)
	}
	document, err := json.Marshal(map[string]any{"a": token, "b": []Secret{text}})
	if err != nil {
		t.Fatal(err)
	}
	printed := string(document)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		printed += fmt.Sprintf(verb, token) + fmt.Sprintf(verb, &token) + fmt.Sprintf(verb, token.Secret) + fmt.Sprintf(verb, []Secret{text}) + fmt.Sprintf(verb, fmt.Errorf("%v", token))
	}
	if hex := fmt.Sprintf("%x", text); strings.Contains(printed, text[10:30]) || strings.Contains(printed, hex[20:60]) {
		t.Errorf("it is in\n%s", printed)
	}
	for n := range shortestShown {
		if got := Secret(text[:n]).String(); got != "…" {
			t.Errorf("of %d characters it shows %s", n, got)
		}
	}
	if string(token.Secret) != text {
		t.Error("nobody can have it")
	}
}
