package simulator

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf16"
)

// ticketLife is how long a ticket lives after its last use (domain.md §2.8).
const ticketLife = 6 * time.Hour

// session is who holds a ticket, and until when.
type session struct {
	user *User
	ends time.Time
}

// signIn returns the ticket of whom the name and password name: an associate or e-mail address with its
// password, or a live ticket with any. Signing in again gives the same ticket while it lives.
func (s *Server) signIn(at *place, name, password string) (ticket string, user *User) {
	if u := s.session(at, name); u != nil {
		return name, u
	}
	u := at.user(name)
	if u == nil || string(u.Password) != password || at.faults[""].kind == faultPassword {
		return "", nil
	}
	return s.ticketFor(at, u), u
}

// ticketFor returns the user's live ticket, or a new one.
func (s *Server) ticketFor(at *place, u *User) string {
	for t, held := range at.sessions {
		if held.user == u && s.session(at, t) != nil {
			return t
		}
	}
	text := fmt.Sprint(at.associateID(u))
	if at.Tenant != nil {
		text += ";" + at.Tenant.ID
	}
	ticket := s.newTicket(text)
	at.sessions[ticket] = &session{user: u, ends: s.now().Add(s.ticketLife())}
	return ticket
}

// associateID returns the number of a user of the site.
func (s *Site) associateID(u *User) int {
	return 11 + slices.IndexFunc(s.Users, func(v User) bool { return v.Name == u.Name })
}

// session returns whose the ticket is and lets it live on, or nil if there is none or its time is over.
func (s *Server) session(at *place, ticket string) *User {
	held := at.sessions[ticket]
	if held == nil {
		return nil
	}
	now := s.now()
	if !now.Before(held.ends) {
		delete(at.sessions, ticket)
		return nil
	}
	held.ends = now.Add(s.ticketLife())
	return held.user
}

func (s *Server) ticketLife() time.Duration {
	if s.TicketLife == 0 {
		return ticketLife
	}
	return s.TicketLife
}

// newTicket returns "7T:" and the base64 of the UTF-16LE text "guidhex;number" or, Online, "guidhex;number;CustId"
// (domain.md §2.7); rest is what follows the guid.
func (s *Server) newTicket(rest string) string {
	var guid [16]byte
	if _, err := io.ReadFull(s.random(), guid[:]); err != nil {
		panic("simulator: the random source ended: " + err.Error())
	}
	var text []byte
	for _, unit := range utf16.Encode([]rune(hex.EncodeToString(guid[:]) + ";" + rest)) {
		text = append(text, byte(unit), byte(unit>>8))
	}
	return "7T:" + base64.StdEncoding.EncodeToString(text)
}
