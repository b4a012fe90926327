package render

// About says where a document comes from, to those who read it elsewhere: in a
// pull request, in a browser, the day after. All of it may be empty.
type About struct {
	Environment string   // what the space is to its users, such as production
	Commit      string   // of the repository that holds the file
	Run         string   // the URL of the CI run that made the document
	Version     string   // of roomsync
	Files       []string // that the rooms come from, as they were named with -f
	VarFiles    []string // and their variables, as they were named with --var-file
	Vars        []string // names of those given with --var
	Plan        string   // the file of the saved plan that was applied

	Hide func(string) string // takes secrets out before a text is taken apart, when nobody could find them any more; nil: there are none
}
