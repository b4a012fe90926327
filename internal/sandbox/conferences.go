package sandbox

// conferenceKind is a room with a prebuilt user interface.
//
// Three flags are for updates only: the document's create request is closed
// and does not list them. Its meta appears in answers alone.
var conferenceKind = newKind("conference", "conferences", []field{
	{name: "id"},
	nameField(0), // without one, the server makes one up
	displayNameField(writing),
	descriptionField(),
	instantField("join_from"),
	instantField("join_until"),
	qualityField(),
	layoutField(),
	{
		name: "size", shape: choice, writable: writing, nullable: true,
		choices: []string{"small", "medium", "large"}, initial: "medium", listed: true,
	},
	flagField("record_on_start", writing, false),
	toneField(updating),
	flagField("user_join_video_off", updating, false),
	flagField("room_join_video_off", updating, false),
	flagField("enable_chat", writing, true),
	// Nullable without a default here; on rooms it has one.
	{name: "enable_room_previews", shape: flag, writable: writing, nullable: true},
	colourField("dark_primary", "#044EF4"),
	colourField("dark_background", "#FFFFFF"),
	colourField("dark_foreground", "#1D2127"),
	colourField("dark_success", "#17BB58"),
	colourField("dark_negative", "#F42C50"),
	colourField("light_primary", "#044EF4"),
	colourField("light_background", "#FFFFFF"),
	colourField("light_foreground", "#1D2127"),
	colourField("light_success", "#17BB58"),
	colourField("light_negative", "#F42C50"),
	{name: "meta", shape: tree, nullable: true},
	{name: "created_at"},
	{name: "updated_at"},
	{name: "active_session"},
})

func colourField(name, initial string) field {
	return field{
		name: name, shape: text, writable: writing, nullable: true,
		match: colourPattern, form: "must be a colour such as #044EF4", initial: initial,
	}
}

func (s *Server) listConferences(c *call) reply  { return s.list(c, s.conferences) }
func (s *Server) createConference(c *call) reply { return s.create(c, s.conferences) }
func (s *Server) showConference(c *call) reply   { return s.show(c, s.findConference) }
func (s *Server) updateConference(c *call) reply { return s.update(c, s.conferences) }
func (s *Server) deleteConference(c *call) reply { return s.remove(c, s.conferences) }

func (s *Server) findConference(id string) (*kind, *object) {
	return conferenceKind, s.conferences.withID(id)
}
