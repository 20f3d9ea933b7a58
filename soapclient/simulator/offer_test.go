package simulator

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

// offering is a server whose owner OFFICE at Head has two plans.
func offering() *Server {
	w := storyWorld()
	w.Sites[0].Owners[0].Licence.Modules = []Module{
		plan("ten-sales", "Sales Premium", "x", "user", 21, 20), plan("ten-service", "Service Premium", "x", "user", 12, 0), site("server", "NetServer", "x"),
	}
	s := New(w)
	s.Now = func() time.Time { return time.Date(2026, 12, 30, 23, 0, 0, 0, time.UTC) }
	return s
}

func TestAWaitingLicenceIsAsTheStoryHasIt(t *testing.T) {
	s := offering()
	before := s.World().Sites[0].Owners[0].Licence
	for _, line := range []string{"seats ten-sales 26", "module new-plan 9", "module new-plan 10", "without ten-service", "date expiry +2d", `company "Fjord Group AS"`, "serial 1010000014"} {
		do(t, s, "Head OFFICE offer "+line)
	}
	got := s.World().Sites[0].Owners[0]
	if !reflect.DeepEqual(got.Licence, before) {
		t.Errorf("the licence in force changed to %+v", got.Licence)
	}
	l := got.Offer
	if l == nil || l.Company != "Fjord Group AS" || l.Serial != "1010000014" || l.Expiry != caldate.New(2027, 1, 1) || l.Grace != before.Grace {
		t.Fatalf("what waits is %+v", l)
	}
	var modules []string
	for _, m := range l.Modules {
		modules = append(modules, m.Name)
	}
	if strings.Join(modules, " ") != "ten-sales server new-plan" || l.Modules[0].Total != 26 || l.Modules[2].Total != 10 || l.Modules[2].ExtraFlags != 1 {
		t.Errorf("its modules are %+v", l.Modules)
	}
	do(t, s, "Head OFFICE status NewSerialAvailable")
	if next := got.waiting(); next.Serial != "1010000014" {
		t.Errorf("beside what the story offers, the status makes its serial number %s", next.Serial)
	}
	do(t, s, "Head OFFICE offer none")
	if o := s.World().Sites[0].Owners[0]; o.Offer != nil {
		t.Errorf("%+v waits still", o.Offer)
	}
}

func TestWhatWaitsComesIntoForce(t *testing.T) {
	s := offering()
	refused := func(why string) {
		t.Helper()
		if err := s.Do("Head OFFICE offer activate"); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("activation gives %v, want %q", err, why)
		}
	}
	refused("no new licence waits")
	do(t, s, "Head OFFICE offer seats ten-sales 17")
	do(t, s, "Head OFFICE offer without server")
	refused("More licences of Sales Premium are assigned")
	do(t, s, "Head OFFICE seats ten-sales 16/21")
	do(t, s, "Head OFFICE status NewLicenseAvailable")
	do(t, s, "Head OFFICE offer activate")
	o := s.World().Sites[0].Owners[0]
	if o.Offer != nil || o.waiting() != nil || o.Status != "Ok" {
		t.Errorf("after it %+v waits, and the status is %s", o.Offer, o.Status)
	}
	if m := o.Licence.Modules; len(m) != 2 || m[0].Total != 17 || m[0].InUse != 16 {
		t.Errorf("the modules in force are %+v", m)
	}
	do(t, s, "Head OFFICE status NewLicenseAvailable") // what follows from the status can be activated, too
	do(t, s, "Head OFFICE offer activate")
	if m := s.World().Sites[0].Owners[0].Licence.Modules[0]; m.Total != 22 {
		t.Errorf("of the licence that followed from the status %+v is in force", m)
	}
}

func TestSeatsThatAreInUseKeepALicenceFromBeingActivated(t *testing.T) {
	user := func(inUse, total int, unrestricted bool) *Licence {
		return &Licence{Modules: []Module{{Name: "a", Description: "A", Type: "UserLicense", InUse: inUse, Total: total, Unrestricted: unrestricted}}}
	}
	tests := []struct {
		name      string
		now, next *Licence
		blocked   bool
	}{
		{"fewer, and enough", user(5, 10, false), user(0, 5, false), false},
		{"too few", user(6, 10, false), user(0, 5, false), true},
		{"none any more", user(1, 10, false), &Licence{}, true},
		{"none any more, and none in use", user(0, 10, false), &Licence{}, false},
		{"a limit that is lifted", user(6, 10, false), user(0, 1, true), false},
		{"a limit that is new", user(6, 1, true), user(0, 1, false), true},
		{"a licence for the whole site", &Licence{Modules: []Module{site("server", "NetServer", "")}}, &Licence{}, false},
		{"a first licence", nil, user(0, 5, false), false},
		{"nothing new", user(6, 5, false), nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if why := overAssigned(tt.now, tt.next); (why != "") != tt.blocked {
				t.Errorf("overAssigned = %q, want one: %t", why, tt.blocked)
			}
		})
	}
}
