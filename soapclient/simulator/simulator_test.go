package simulator

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
)

func TestEachSiteOfTheDemoHasItsPort(t *testing.T) {
	s := started(t, Demo())
	seen := map[string]bool{}
	for _, site := range s.World().Sites {
		host, path, _ := strings.Cut(strings.TrimPrefix(s.URL(site.Name), "http://"), "/")
		if seen[host] || !strings.HasSuffix(path, "/Remote/") {
			t.Errorf("%s is at %s", site.Name, s.URL(site.Name))
		}
		seen[host] = true
		post(t, s.URL(site.Name), signInAs("", ""))
	}
	if s.URL("Nowhere") != "" || New(Demo()).URL("Head office") != "" {
		t.Error("a site that cannot be reached has an address")
	}
}

func TestSitesWithoutAPortShareOne(t *testing.T) {
	s := New(Build(3, 1, 2))
	shared, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, want := s.URL("Site 003"), shared+"/Site003/Remote/"; got != want {
		t.Errorf("the site is at %s, want %s", got, want)
	}
	signIn(t, s.URL("Site 003"))
}

func TestPortsFollowTheOneAskedFor(t *testing.T) {
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := probe.Addr().String()
	probe.Close()
	s := New(Demo())
	if _, err := s.Start(addr); err != nil {
		t.Skipf("somebody took %s meanwhile: %v", addr, err)
	}
	defer s.Close()
	_, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(port)
	near := 0 // one that is taken may lie elsewhere
	for i, site := range s.World().Sites {
		if strings.Contains(s.URL(site.Name), ":"+strconv.Itoa(n+1+i)+"/") {
			near++
		}
		signIn(t, s.URL(site.Name))
	}
	if near == 0 {
		t.Errorf("no site is at a port that follows %s", addr)
	}
}

func TestStartAtATakenPortFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := New(Demo())
	defer s.Close()
	if _, err := s.Start(l.Addr().String()); err == nil || !strings.Contains(err.Error(), "cannot listen") {
		t.Errorf("Start at a taken port = %v", err)
	}
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		t.Errorf("Start at another one = %v", err)
	}
	if _, err := s.Start("127.0.0.1:0"); err == nil {
		t.Error("a server starts twice")
	}
}

func TestNewCopiesItsWorld(t *testing.T) {
	w := Demo()
	s := New(w)
	do(t, s, "Head office SUPEROFFICE seats ten-sales 1/2")
	do(t, s, "Head office SUPEROFFICE status ProblemWithLicense")
	if o := w.Sites[0].Owners[0]; o.Status != "" || o.Licence.Modules[0].Total == 2 {
		t.Errorf("the caller's world changed to %q and %+v", o.Status, o.Licence.Modules[0])
	}
}

func TestUnplayableWorldsPanic(t *testing.T) {
	for name, w := range map[string]World{
		"two sites of one name":                 {Sites: []Site{{Name: "A", Path: "/a"}, {Name: "A", Path: "/b"}}},
		"two sites at one path":                 {Sites: []Site{{Name: "A", Path: "/a"}, {Name: "B", Path: "/A"}}},
		"a site without a name":                 {Sites: []Site{{Path: "/a"}}},
		"a tenant without an id":                {Sites: []Site{{Name: "A", Path: "/a", Tenant: &Tenant{ApplicationToken: "x"}}}},
		"a tenant without an application token": {Sites: []Site{{Name: "A", Path: "/a", Tenant: &Tenant{ID: "Cust1"}}}},
		"two sites of one tenant": {Sites: []Site{{Name: "A", Path: "/a", Tenant: &Tenant{ID: "Cust1", ApplicationToken: "x"}},
			{Name: "B", Path: "/b", Tenant: &Tenant{ID: "cust1", ApplicationToken: "x"}}}},
		"a path without slash": {Sites: []Site{{Name: "A", Path: "a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("New takes it")
				}
			}()
			New(w)
		})
	}
}

func TestDemoBeginsCalmAndShowsEverythingInAMinute(t *testing.T) {
	today := caldate.New(2026, 11, 22)
	w := demo(today)
	var said, ending, endless int
	for _, site := range w.Sites {
		for _, o := range site.Owners {
			l := o.Licence
			switch {
			case o.Status != "":
				said++
			case l.Expiry.IsNever():
				endless++
			case l.Warning.Reached(today) && !l.Expiry.Reached(today):
				ending++
			}
			if l.Expiry.Reached(today) || l.Maintenance.Reached(today) {
				t.Errorf("%s at %s has run out before the demo begins", o.Name, site.Name)
			}
			if len(l.Serial) != 10 || l.Company == "" {
				t.Errorf("%s at %s belongs to %q, %q", o.Name, site.Name, l.Company, l.Serial)
			}
		}
	}
	if said != 1 || ending != 1 || endless < 1 {
		t.Errorf("at first %d owners have a message, %d near their end and %d have none; want 1, 1 and some", said, ending, endless)
	}
	steps := DemoStory().Steps
	if at := steps[0].At; at < 10*time.Second || at > 15*time.Second || !strings.HasSuffix(steps[0].String(), "Head office SUPEROFFICE status NewLicenseAvailable") {
		t.Errorf("the first change is %s", steps[0])
	}
	for _, change := range []string{"fault refuse", "UseCustomMessageAndUrl", "ProblemWithLicense", "seats ten-sales 21/21"} {
		i := slices.IndexFunc(steps, func(s Step) bool { return strings.HasSuffix(s.String(), change) })
		if i < 0 || steps[i].At > time.Minute {
			t.Errorf("%q does not happen within the first minute", change)
		}
	}
}

func TestDemoStoryEndsWell(t *testing.T) {
	s := New(Demo())
	for _, step := range DemoStory().Steps {
		if err := s.Apply(step.Change); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	for _, site := range s.World().Sites {
		for _, o := range site.Owners {
			if o.Status != "" && o.Status != "Ok" {
				t.Errorf("at the end %s at %s is %s", o.Name, site.Name, o.Status)
			}
		}
		if f := s.places[strings.ToLower(site.Path)].faults[""]; f != (fault{}) {
			t.Errorf("at the end %s has %s", site.Name, f)
		}
	}
}

// TestDemoStoryShowsWhatLicencesSay plays the story and notes what there is to see on the way.
func TestDemoStoryShowsWhatLicencesSay(t *testing.T) {
	seen := map[string]time.Duration{}
	s := New(Demo())
	today := caldate.Of(time.Now())
	for _, step := range DemoStory().Steps {
		if err := s.Apply(step.Change); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		see := func(what string, yes bool) {
			if _, before := seen[what]; yes && !before {
				seen[what] = step.At
			}
		}
		for _, site := range s.World().Sites {
			for _, o := range site.Owners {
				l := &o.Licence
				if next := o.waiting(); next != nil {
					see("other dates wait", next.Expiry != l.Expiry && next.Grace != l.Grace)
					see("more seats wait", next.module("ten-sales").Total > l.module("ten-sales").Total)
					see("a new plan waits", len(next.Modules) > len(l.Modules))
					see("another company and serial number wait", next.Company != l.Company && next.Serial != l.Serial)
					see("a licence waits that cannot be activated", overAssigned(l, next) != "")
				}
				see("maintenance has ended", l.Maintenance.Reached(today))
				for _, days := range []int{30, 14} {
					see(fmt.Sprintf("a licence ends in %d days", days), l.Expiry.IsDay() && l.Expiry.DaysFrom(today) == days)
				}
				for _, m := range l.Modules {
					if m.ExtraFlags == 1 {
						see("a seat is left", m.Total-m.InUse == 1)
						see("no seat is left", m.Total == m.InUse)
						see("more seats are in use than owned", m.Total < m.InUse)
					}
				}
			}
		}
	}
	for _, want := range []string{
		"other dates wait", "more seats wait", "a new plan waits", "another company and serial number wait", "a licence waits that cannot be activated",
		"maintenance has ended", "a licence ends in 30 days", "a licence ends in 14 days", "a seat is left", "no seat is left", "more seats are in use than owned",
	} {
		if at, ok := seen[want]; !ok || at > 5*time.Minute {
			t.Errorf("it does not show that %s", want)
		}
	}
}

func BenchmarkAllOwnersReply(b *testing.B) {
	s := New(Build(1, 1, 50))
	at := s.places["/site001"]
	ticket, _ := s.signIn(at, "admin", string(DemoPassword))
	m := msg{"Services86", "License", "GetLicenseForAllOwnersFromDB", ticket, ""}
	q, refusal := understand(m.action(), []byte(m.envelope()), route{"Services86", "License"})
	if refusal != nil {
		b.Fatalf("%s", refusal.body)
	}
	for b.Loop() {
		b.SetBytes(int64(len(s.perform(at, q, fault{}).body)))
	}
}
