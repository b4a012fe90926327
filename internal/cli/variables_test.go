package cli

import (
	"maps"
	"strings"
	"testing"
)

func TestFilesOfVariables(t *testing.T) {
	got, err := readVariables("v.env", []byte("\ufeff# a comment\r\nA=1\r\n\n export  B = two words#and no comment \nC=\nD='  quoted '\nE=\"$A\\n\"\nF==\nG='it's'\n"))
	want := map[string]string{"A": "1", "B": "two words#and no comment", "C": "", "D": "  quoted ", "E": `$A\n`, "F": "=", "G": "it's"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("variables: %q, %v, want %q", got, err, want)
	}
	for text, want := range map[string]string{
		"A":             "v.env:1: this is not NAME=VALUE",
		"\nA: secret\n": "v.env:2: this is not NAME=VALUE",
		"1A=x":          "v.env:1: this is not NAME=VALUE",
		"A-B=x":         "v.env:1: this is not NAME=VALUE",
		"A=1\nA=2":      "v.env:2: A is set twice in this file",
		"A=1 # one":     "v.env:1: a # after a blank could begin a comment, or belong to the value of A",
		"A='secret":     "v.env:1: the value of A begins with a quote and does not end with it",
		"A=\"":          "v.env:1: the value of A begins with a quote",
		"A=\xff":        "v.env:1: this is not text in UTF-8",
		"A=\x00":        "v.env:1: this is not text in UTF-8",
	} {
		_, err := readVariables("v.env", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if got, err := readVariables("v.env", []byte("A="+strings.Repeat("x", 1<<20))); err != nil || len(got["A"]) != 1<<20 {
		t.Errorf("a long line: %d bytes, %v", len(got["A"]), err)
	}
}
