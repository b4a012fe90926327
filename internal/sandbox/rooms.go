package sandbox

// roomKind is a room without a user interface.
//
// Three flags, fps and prioritize_handraise are in the document's answers
// but in neither of its requests, so they stay as they start.
var roomKind = newKind("room", "rooms", []field{
	{name: "id"},
	nameField(creating),
	displayNameField(0), // starts as the name
	descriptionField(),
	{name: "max_members", shape: whole, writable: writing, least: 1, most: 300, initial: int64(20), listed: true},
	qualityField(),
	{name: "fps", shape: whole, initial: int64(20)},
	instantField("join_from"),
	instantField("join_until"),
	instantField("remove_at"),
	{
		name: "remove_after_seconds_elapsed", shape: whole, writable: writing,
		nullable: true, least: 1, most: 200000,
	},
	layoutField(),
	{name: "record_on_start", shape: flag, writable: writing, initial: false, listed: true},
	toneField(0),
	flagField("room_join_video_off", 0, false),
	flagField("user_join_video_off", 0, false),
	{name: "enable_room_previews", shape: flag, writable: writing, nullable: true, initial: false, listed: true},
	{name: "sync_audio_video", shape: flag, writable: writing, nullable: true},
	{name: "meta", shape: tree, writable: writing, nullable: true, most: 2000},
	flagField("prioritize_handraise", 0, false),
	{name: "active_session"},
	{name: "created_at"},
	{name: "updated_at"},
})

func (s *Server) listRooms(c *call) reply  { return s.list(c, s.rooms) }
func (s *Server) createRoom(c *call) reply { return s.create(c, s.rooms) }
func (s *Server) showRoom(c *call) reply   { return s.show(c, s.findRoom) }
func (s *Server) updateRoom(c *call) reply { return s.update(c, s.rooms) }
func (s *Server) deleteRoom(c *call) reply { return s.remove(c, s.rooms) }

// findRoom takes an id or a name, which share one path in the document. The
// id goes first: a room named like another's id must not hide it. Updating
// and deleting take the id alone.
func (s *Server) findRoom(target string) (*kind, *object) {
	if o := s.rooms.withID(target); o != nil {
		return roomKind, o
	}
	if o := s.rooms.withName(target); o != nil || !s.options.Shadows {
		return roomKind, o
	}
	// What the list shows can be read alone too. Writing a shadow is 404:
	// what it would do to the conference is anybody's guess.
	o := s.conferences.withID(target)
	if o == nil {
		o = s.conferences.withName(target)
	}
	return roomKind, asRoom(o)
}

// asRoom is a conference seen through the rooms: the settings both kinds
// have, and a new room's for the others.
func asRoom(conference *object) *object {
	if conference == nil {
		return nil
	}
	room := *conference
	room.values = initialValues(roomKind)
	for i, f := range roomKind.fields {
		if at, shared := conferenceKind.index[f.name]; shared {
			room.values[i] = conference.values[at]
		}
	}
	return &room
}
