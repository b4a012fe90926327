package diag_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/diag"
)

// names are setting names as a file of rooms has them, in their order there.
var names = strings.Fields(`name prebuilt_ui display_name description join_from join_until quality layout size
	record_on_start tone_on_entry_and_exit room_join_video_off user_join_video_off enable_chat enable_room_previews
	dark_primary dark_background dark_foreground dark_success dark_negative
	light_primary light_background light_foreground light_success light_negative
	max_members remove_at remove_after_seconds_elapsed sync_audio_video meta`)

func TestDidYouMean(t *testing.T) {
	for word, want := range map[string]string{
		// spelling
		"max_member":            "max_members",
		"max_memebrs":           "max_members",
		"mx_members":            "max_members",
		"maxx_members":          "max_members",
		"qualty":                "quality",
		"qulaty":                "quality",
		"sise":                  "size",
		"siez":                  "size",
		"nmae":                  "name",
		"layot":                 "layout",
		"discription":           "description",
		"dispaly_nam":           "display_name",
		"join_untill":           "join_until",
		"remove_after_secs":     "remove_after_seconds_elapsed",
		"light_forground":       "light_foreground",
		"dark_foregroud":        "dark_foreground",
		"enable_rooms_preview":  "enable_room_previews",
		"tone_on_entry_or_exit": "tone_on_entry_and_exit",
		// another style of writing
		"prebuiltUI":   "prebuilt_ui",
		"PrebuiltUi":   "prebuilt_ui",
		"display-name": "display_name",
		"displayName":  "display_name",
		"Display Name": "display_name",
		"MAX_MEMBERS":  "max_members",
		"joinfrom":     "join_from",
		"__size":       "size",
		// abbreviation, and the reverse
		"desc":          "description",
		"max":           "max_members",
		"members":       "max_members",
		"previews":      "enable_room_previews",
		"chat":          "enable_chat",
		"dark_bg":       "dark_background",
		"light_fg":      "light_foreground",
		"prebuilt":      "prebuilt_ui",
		"record":        "record_on_start",
		"metadata":      "meta",
		"layout_mode":   "layout",
		"quality_level": "quality",
		// nothing near
		"colour":     "",
		"color":      "",
		"metric":     "",
		"foo":        "",
		"xyz":        "",
		"ui":         "",
		"x":          "",
		"":           "",
		"_":          "",
		"moderators": "",
		"password":   "",
		"timezone":   "",
		"webhook":    "",
		"名前":         "",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "",
	} {
		if want != "" {
			want = "did you mean " + want + "?"
		}
		if got := diag.DidYouMean(word, names); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	if got := diag.DidYouMean("size", nil); got != "" {
		t.Errorf("out of no candidates it picks %q", got)
	}
}

func TestShortWordsKeepTheirFirstLetter(t *testing.T) {
	if got := diag.DidYouMean("ad", []string{"id"}); got != "" {
		t.Errorf("ad: %q", got)
	}
	if got := diag.DidYouMean("ie", []string{"id"}); got != "did you mean id?" {
		t.Errorf("ie: %q", got)
	}
}

func TestFirstOfEqualsWins(t *testing.T) {
	for _, candidates := range [][]string{{"join_from", "join_form"}, {"join_form", "join_from"}} {
		if got := diag.DidYouMean("join_foom", candidates); got != "did you mean "+candidates[0]+"?" {
			t.Errorf("%s: %q", candidates, got)
		}
	}
}

func TestSpellingBeatsAbbreviation(t *testing.T) {
	if got := diag.DidYouMean("member", []string{"member_count", "members"}); got != "did you mean members?" {
		t.Error(got)
	}
	if got := diag.DidYouMean("grid", []string{"grid-responsive", "grid-responsive-mobile"}); got != "did you mean grid-responsive?" {
		t.Error(got)
	}
}

// One slip in a longer name is always recognized.
func TestOneSlip(t *testing.T) {
	long := strings.Fields("max_members display_name enable_chat quality remove_at dark_primary")
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(long).Draw(t, "name")
		at := rapid.IntRange(1, len(name)-2).Draw(t, "at")
		slip := map[string]string{
			"lost":     name[:at] + name[at+1:],
			"doubled":  name[:at] + name[at:at+1] + name[at:],
			"replaced": name[:at] + "q" + name[at+1:],
			"swapped":  name[:at] + name[at+1:at+2] + name[at:at+1] + name[at+2:],
		}
		kind := rapid.SampledFrom([]string{"lost", "doubled", "replaced", "swapped"}).Draw(t, "kind")
		if got := diag.DidYouMean(slip[kind], long); got != "did you mean "+name+"?" {
			t.Fatalf("%s for %s: %q", slip[kind], name, got)
		}
	})
}
