package simulator

import (
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// clock is a time that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

// atNoon returns a server of the demo whose clock stands at a noon until the test moves it.
func atNoon(t *testing.T) (*Server, *clock) {
	c := &clock{time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	s := New(Demo())
	s.Now = c.now
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, c
}

// heard returns the licence status of a reply, or its exception's type.
func heard(r response) string {
	if word, ok := first(r.body, "LicenseStatus"); ok {
		return word
	}
	kind, _ := first(r.body, "ExceptionType")
	return kind
}

const (
	noSession = "SuperOffice.Exceptions.SoSessionException"
	noRight   = "SuperOffice.Exceptions.SoSentryException"
	noLicence = "SuperOffice.Exceptions.SoLicenseException"
)

// plainTicket returns the text in a ticket.
func plainTicket(t *testing.T, ticket string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(ticket, "7T:"))
	if err != nil {
		t.Fatal(err)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

func TestTicketIsAGuidAndANumberInUTF16(t *testing.T) {
	s, _ := atNoon(t)
	ticket := signIn(t, s.URL("Head office"))
	if text := plainTicket(t, ticket); !regexp.MustCompile(`^[0-9a-f]{32};\d+$`).MatchString(text) {
		t.Errorf("the ticket holds %q, want a guid in hex, a semicolon and a number", text)
	}
}

func TestTicketsComeFromTheSourceThatIsSet(t *testing.T) {
	s, _ := atNoon(t)
	s.Random = strings.NewReader(strings.Repeat("\x00", 16))
	var text []byte
	for _, c := range []byte(strings.Repeat("0", 32) + ";11") {
		text = append(text, c, 0)
	}
	if got, want := signIn(t, s.URL("Head office")), "7T:"+base64.StdEncoding.EncodeToString(text); got != want {
		t.Errorf("the ticket is %s, want %s", got, want)
	}
}

func TestTicketInAnotherNamespaceIsNotSeen(t *testing.T) {
	s, _ := atNoon(t)
	base := s.URL("Head office")
	m := statusOf("SUPEROFFICE", signIn(t, base))
	for _, wrong := range []string{
		strings.Replace(m.envelope(), `<h:Credentials xmlns:h="`+ns("Services86"), `<h:Credentials xmlns:h="`+ns("Services87"), 1),
		strings.Replace(m.envelope(), "<h:Ticket>", `<h:Ticket xmlns:h="urn:other">`, 1),
	} {
		got, err := raw(t.Context(), base, m, nil, wrong)
		if err != nil {
			t.Fatal(err)
		}
		if heard(got) != noSession {
			t.Errorf("a ticket in the wrong place gives %q, want %q: %s", heard(got), noSession, wrong)
		}
	}
}

func TestTicketLivesSixHoursFromItsLastUse(t *testing.T) {
	s, c := atNoon(t)
	base := s.URL("Head office")
	ticket := signIn(t, base)
	steps := []struct {
		name string
		wait time.Duration
		want string
	}{
		{"used within six hours", 5*time.Hour + 59*time.Minute, "Ok"},
		{"each use begins them anew", 5*time.Hour + 59*time.Minute, "Ok"},
		{"unused for six hours it is dead", 6 * time.Hour, noSession},
		{"and stays dead", 0, noSession},
	}
	for _, step := range steps {
		c.Time = c.Add(step.wait)
		got := post(t, base, statusOf("SUPEROFFICE", ticket))
		if heard(got) != step.want || got.status != 200 {
			t.Errorf("%s: the answer is %d %s, want 200 %s", step.name, got.status, heard(got), step.want)
		}
	}
	if again := signIn(t, base); again == ticket {
		t.Error("a new sign-in brought the dead ticket back")
	}
}

func TestTicketLifeCanBeSet(t *testing.T) {
	s, c := atNoon(t)
	s.TicketLife = time.Minute
	base := s.URL("Head office")
	ticket := signIn(t, base)
	c.Time = c.Add(time.Minute)
	if got := heard(post(t, base, statusOf("SUPEROFFICE", ticket))); got != noSession {
		t.Errorf("after its minute the ticket gives %q, want %q", got, noSession)
	}
}

func TestSignIn(t *testing.T) {
	s, _ := atNoon(t)
	base := s.URL("Head office")
	ticket := signIn(t, base)
	right := string(DemoPassword)
	tests := []struct {
		name, user, password string
		want                 bool
	}{
		{"name and password, and the same ticket as before", "admin", right, true},
		{"the name in another case", "ADMIN", right, true},
		{"the e-mail address", "ada@example.com", right, true},
		{"a live ticket with any password", ticket, "anything", true},
		{"a wrong password", "admin", "wrong", false},
		{"the password in another case", "admin", strings.ToUpper(right), false},
		{"an unknown user", "nobody", right, false},
		{"an empty user, as one without an e-mail address", "", right, false},
		{"a dead ticket", "7T:dead", right, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := post(t, base, signInAs(tt.user, tt.password))
			succeeded, _ := first(got.body, "AuthenticationSucceeded")
			if got.status != 200 || succeeded != map[bool]string{true: "true", false: "false"}[tt.want] {
				t.Errorf("the answer is %d with AuthenticationSucceeded %s, want 200 with %t", got.status, succeeded, tt.want)
			}
			if given, _ := first(got.body, "Ticket"); tt.want && given != ticket || !tt.want && given != "" {
				t.Errorf("the ticket is %q", given)
			}
		})
	}
}

func TestTicketOfOneSiteIsNoneAtAnother(t *testing.T) {
	s, _ := atNoon(t)
	ticket := signIn(t, s.URL("Head office"))
	if got := heard(post(t, s.URL("Branch Oslo"), statusOf("SUPEROFFICE", ticket))); got != noSession {
		t.Errorf("another site's ticket gives %q, want %q", got, noSession)
	}
}

func TestLicencesNeedAnAdministrator(t *testing.T) {
	s, _ := atNoon(t)
	base := s.URL("Head office")
	reply := post(t, base, signInAs("reader", string(DemoPassword)))
	ticket, _ := first(reply.body, "Ticket")
	if ticket == "" || strings.Contains(reply.body, "admin-all") {
		t.Fatalf("a user who is no administrator signs in with %s", reply.body)
	}
	if got := heard(post(t, base, statusOf("SUPEROFFICE", ticket))); got != noRight {
		t.Errorf("who is no administrator hears %q, want %q", got, noRight)
	}
	if admin := post(t, base, signInAs("admin", string(DemoPassword))); !strings.Contains(admin.body, "<a:string>admin-all</a:string>") {
		t.Error("an administrator's function rights lack admin-all")
	}
}
