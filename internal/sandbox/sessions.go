package sandbox

import (
	"fmt"
	"time"
)

// A session is people meeting in a room. It keeps the settings it started
// with, whatever happens to the room's. The document allows no null in it:
// what is not known is left out.
type session struct {
	ID          string     `json:"id"`
	RoomID      string     `json:"room_id"`
	Name        string     `json:"name"`
	DisplayName any        `json:"display_name,omitempty"`
	JoinFrom    any        `json:"join_from,omitempty"`
	JoinUntil   any        `json:"join_until,omitempty"`
	RemoveAt    any        `json:"remove_at,omitempty"`
	RemoveAfter any        `json:"remove_after_seconds_elapsed,omitempty"`
	Layout      any        `json:"layout,omitempty"`
	MaxMembers  any        `json:"max_members,omitempty"`
	FPS         int        `json:"fps"`
	Quality     any        `json:"quality,omitempty"`
	StartTime   time.Time  `json:"start_time"`
	EndTime     *time.Time `json:"end_time,omitempty"`
	Duration    *int       `json:"duration,omitempty"` // seconds
	Status      string     `json:"status"`
	Record      any        `json:"record_on_start,omitempty"`
	Previews    any        `json:"enable_room_previews,omitempty"`
	Sync        any        `json:"audio_video_sync,omitempty"`
}

const (
	inProgress = "in-progress"
	completed  = "completed"
)

// StartSession begins a session in the room of that name, which answers show
// when asked to include it. The kind is "conference" or "room". It is an
// error when there is no such room or when it has a session in progress.
func (s *Server) StartSession(kind, name string) error {
	now := s.now()
	return s.changeSession(kind, name, func(in *collection, o *object) (*session, error) {
		if o.session != nil && o.session.Status == inProgress {
			return nil, fmt.Errorf("start session in %s %s: one is in progress", kind, name)
		}
		value := func(name string) any { return o.value(in.kind, name) }
		return &session{
			ID:          newUUID(),
			RoomID:      o.id,
			Name:        o.name,
			DisplayName: value("display_name"),
			JoinFrom:    value("join_from"),
			JoinUntil:   value("join_until"),
			RemoveAt:    value("remove_at"),
			RemoveAfter: value("remove_after_seconds_elapsed"),
			Layout:      value("layout"),
			MaxMembers:  value("max_members"),
			FPS:         20,
			Quality:     value("quality"),
			StartTime:   now,
			Status:      inProgress,
			Record:      value("record_on_start"),
			Previews:    value("enable_room_previews"),
			Sync:        value("sync_audio_video"),
		}, nil
	})
}

// EndSession completes the session in progress in the room of that name.
// Answers go on showing it, as completed, until another starts. It is an
// error when there is no such room or no session in progress in it.
func (s *Server) EndSession(kind, name string) error {
	now := s.now()
	return s.changeSession(kind, name, func(_ *collection, o *object) (*session, error) {
		if o.session == nil || o.session.Status != inProgress {
			return nil, fmt.Errorf("end session in %s %s: none is in progress", kind, name)
		}
		ended := *o.session
		seconds := int(now.Sub(ended.StartTime) / time.Second)
		ended.EndTime, ended.Duration, ended.Status = &now, &seconds, completed
		return &ended, nil
	})
}

// changeSession leaves updated_at alone: a meeting changes no settings.
func (s *Server) changeSession(kind, name string, change func(*collection, *object) (*session, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.collection(kind)
	if err != nil {
		return err
	}
	o := in.withName(name)
	if o == nil {
		return fmt.Errorf("session in %s %s: there is no such %s", kind, name, kind)
	}
	next, err := change(in, o)
	if err != nil {
		return err
	}
	changed := *o
	changed.session = next
	in.byID[o.id].object = &changed
	s.state.changed()
	return nil
}

func (s *Server) collection(kind string) (*collection, error) {
	switch kind {
	case s.conferences.kind.name:
		return s.conferences, nil
	case s.rooms.kind.name:
		return s.rooms, nil
	}
	return nil, fmt.Errorf("unknown kind %q: it is %q or %q", kind, conferenceKind.name, roomKind.name)
}
