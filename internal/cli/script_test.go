package cli

import (
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"roomsync/internal/sandbox"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"roomsync": func() { os.Exit(Main(os.Args[1:], OS())) },
	})
}

// TestScripts runs testdata/script: one behaviour of the real program each,
// against a space of the script's own. Beside testscript's commands they have:
//
//	exits CODE roomsync …     run the program and check its exit code
//	put KIND NAME [JSON]      make a room behind the program's back
//	fill KIND N               make N rooms named KIND-0001 and so on
//	session KIND NAME         begin a session in a room
//	endsession KIND NAME      end the session in a room
//	edit KIND NAME JSON       change a room behind the program's back
//	remove KIND NAME          and delete one
//	faults [FAULT…]           let the server be of another kind, or not any more
//	digest FILE               put the digest of a saved plan into $DIGEST
//	replace FILE OLD NEW      replace text in a file, which must be there
//	reject NAME[=SETTING]     refuse to create the room with a 422, for a setting
//	secrets NAME              put the tokens of a conference into $MODERATOR and $GUEST
//	idof FILE NAME            put the ID of a room in the output of list into $ID
//	join FILE                 let somebody join with the token in a file
//	requests                  print the requests since the last time, to compare
//	conforms SCHEMA FILE      check a JSON document against one of our schemas
//	same FILE FILE            compare files, digests aside
//	actions EVENT             from here on this is a run of GitHub Actions, started
//	                          by pull_request (42), fork, push (of its merge), …
//	github comments N         print the comments on a pull request; hook has the rest
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(root, "testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			s := &space{Server: sandbox.New(sandbox.Options{Record: true})}
			web := httptest.NewServer(s)
			env.Defer(web.Close)
			env.Values[spaceKey{}] = s
			// Under the race detector every process would sleep a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			env.Setenv("SIGNALWIRE_SPACE", web.URL)
			env.Setenv("HOST", web.Listener.Addr().String())
			env.Setenv("SIGNALWIRE_PROJECT_ID", sandbox.DemoProject)
			env.Setenv("SIGNALWIRE_API_TOKEN", sandbox.DemoToken)
			env.Setenv("DEMO_TOKEN", sandbox.DemoToken)
			env.Setenv("TOKEN_WITHOUT_SCOPE", sandbox.DemoTokenWithoutScope)
			startGithub(env)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      exits,
			"put":        put,
			"fill":       fill,
			"session":    startSession,
			"endsession": endSession,
			"edit":       edit,
			"remove":     remove,
			"stream":     stream,
			"faults":     faults,
			"digest":     digestOf,
			"replace":    replace,
			"reject":     reject,
			"secrets":    secrets,
			"idof":       idOf,
			"join":       join,
			"requests":   requests,
			"conforms":   conforms,
			"same":       same,
			"actions":    actionsRun,
			"github":     hook,
		},
	})
}
