package source

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

const (
	head = "Head office"
	oslo = "Branch Oslo"
)

// patience is longer than anything may take that has to happen.
const patience = 20 * time.Second

// begin starts a NetServer with two sites of two owners each, and returns it with their settings.
func begin(t *testing.T) (*simulator.Server, []settings.Site) {
	t.Helper()
	w := simulator.Build(2, 2, 3)
	w.Sites[0].Name, w.Sites[1].Name = head, oslo
	w.Sites[0].OwnPort, w.Sites[1].OwnPort = true, true
	return start(t, w)
}

func start(t *testing.T, w simulator.World) (*simulator.Server, []settings.Site) {
	t.Helper()
	sim := simulator.New(w)
	if _, err := sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	var sites []settings.Site
	for _, s := range w.Sites {
		sites = append(sites, settings.Site{Name: s.Name, URL: sim.URL(s.Name), Services: "Services86", SignIn: "password", User: "admin"})
	}
	return sim, sites
}

// sourceOf is a source with the right password for all the sites, whose connections end with the test.
func sourceOf(t *testing.T, sites ...settings.Site) *Source {
	t.Helper()
	return with(t, passwords(sites...), sites...)
}

func with(t *testing.T, secrets Secrets, sites ...settings.Site) *Source {
	t.Helper()
	s := New(secrets, sites)
	t.Cleanup(s.plain.(*http.Transport).CloseIdleConnections)
	return s
}

func passwords(sites ...settings.Site) *keyring.Memory {
	var m keyring.Memory
	for _, s := range sites {
		m.Set(context.Background(), s.Name, keyring.Password, simulator.DemoPassword)
	}
	return &m
}

// refusing is a keyring that always answers with the same state.
type refusing keyring.State

func (r refusing) Get(_ context.Context, site string, kind keyring.Kind) (secret.Text, error) {
	return "", &keyring.Error{State: keyring.State(r), Site: site, Kind: kind, Text: "the keyring is " + string(r), Remedy: "Mend it."}
}

func do(t *testing.T, sim *simulator.Server, line string) {
	t.Helper()
	if err := sim.Do(line); err != nil {
		t.Fatal(err)
	}
}

// read reads a site's licences and fails the test if that fails.
func read(t *testing.T, s *Source, site string) []monitor.Licence {
	t.Helper()
	d, err := s.Details(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	return d.Licences
}

func TestLicencesAndVerdict(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" SUPEROFFICE date expiry 2031-06-30")
	s := sourceOf(t, sites...)
	list := read(t, s, head)
	if len(list) != 2 || list[0].Owner != "SUPEROFFICE" || list[1].Owner != "PARTNER01" {
		t.Fatalf("licences %+v, want those of SUPEROFFICE and PARTNER01", list)
	}
	l := list[0]
	if l.Dates.Expiry != caldate.New(2031, 6, 30) || l.Company != "Company 001 AS" || len(l.Serial) != 10 || len(l.Modules) != 3 {
		t.Errorf("licence %+v, want company, serial number, expiry and three modules", l)
	}
	do(t, sim, head+` SUPEROFFICE message "Renew\u202e soon,\n<b>now</b>" url "https://shop.example/renew"`)
	do(t, sim, head+" SUPEROFFICE status UseCustomMessageAndUrl")
	v, err := s.Verdict(t.Context(), head, "SUPEROFFICE")
	if want := (monitor.Verdict{Status: "UseCustomMessageAndUrl", Message: "Renew soon, <b>now</b>", URL: "https://shop.example/renew"}); err != nil || v != want {
		t.Errorf("Verdict = %+v, %v, want %+v", v, err, want)
	}
	do(t, sim, head+` SUPEROFFICE message "x" url "javascript:alert(1)"`)
	if v, err := s.Verdict(t.Context(), head, "SUPEROFFICE"); err != nil || v.URL != "" {
		t.Errorf("Verdict lets the link %q through (%v)", v.URL, err)
	}
	if v, err := s.Verdict(t.Context(), head, "PARTNER01"); err != nil || v.Status != "Ok" {
		t.Errorf("Verdict of the other owner = %+v, %v, want Ok", v, err)
	}
}

func TestLicencesAreConverted(t *testing.T) {
	current := soapclient.Terms{Owner: "A\u202eB", Company: "Fjord\r\nAS\u202e", Serial: "1", Description: strings.Repeat("d", 500),
		Modules: []soapclient.Module{{Name: "listed", Licences: 7}}}
	fresh := soapclient.Terms{Owner: "NEW", Company: "New AS"}
	use := func(cur, next *soapclient.Module) soapclient.ModuleUse {
		return soapclient.ModuleUse{Current: cur, New: next, Total: 21, InUse: 22, Free: -1}
	}
	tests := []struct {
		name string
		in   soapclient.Licence
		want []string // the licence's owner and company, then each module with its seats
	}{
		{"an owner's name is kept as sent, other text is made harmless", soapclient.Licence{Current: &current},
			[]string{"A\u202eB Fjord AS", "listed 7/0/7"}},
		{"the present licence counts, not the one that waits", soapclient.Licence{Current: &current, New: &fresh},
			[]string{"A\u202eB Fjord AS", "listed 7/0/7"}},
		{"one that waits is better than none", soapclient.Licence{New: &fresh}, []string{"NEW New AS"}},
		{"an owner without a licence is left out", soapclient.Licence{}, nil},
		{"and so is a licence without an owner", soapclient.Licence{Current: &soapclient.Terms{Company: "x"}}, nil},
		{"use is better than the list", soapclient.Licence{Current: &current, Modules: []soapclient.ModuleUse{
			use(&soapclient.Module{Name: "used\x00\n"}, &soapclient.Module{Name: "wrong"}), use(nil, &soapclient.Module{Name: "coming"}), use(nil, nil)}},
			[]string{"A\u202eB Fjord AS", "used 21/22/-1", "coming 21/22/-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range licences([]soapclient.Licence{tt.in}) {
				got = append(got, l.Owner+" "+l.Company)
				if l.Modules == nil {
					t.Error("modules are nil: the monitor would take them for not read")
				}
				for _, m := range l.Modules {
					got = append(got, m.Name+" "+seats(m))
					if m.Uncounted != (len(tt.in.Modules) == 0) {
						t.Errorf("%s is uncounted: %v", m.Name, m.Uncounted)
					}
				}
				if len(l.Description) > 130 {
					t.Errorf("a description of %d bytes is not cut", len(l.Description))
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("licences = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOneTicketServesASite(t *testing.T) {
	sim, sites := begin(t)
	s := sourceOf(t, sites...)
	signIns := func(site string) int { return sim.Requests(site, "AuthenticateUsernamePassword") }
	expect := func(after string, want int) {
		t.Helper()
		read(t, s, head)
		if _, err := s.Verdict(t.Context(), head, "PARTNER01"); err != nil {
			t.Fatal(err)
		}
		if got := signIns(head); got != want {
			t.Errorf("%s: %d sign-ins, want %d", after, got, want)
		}
	}
	expect("several reads", 1)
	changed := slices.Clone(sites)
	changed[1].User = "reader"
	s.Update(changed)
	expect("a change of the other site", 1)
	changed = slices.Clone(changed)
	changed[0].Limits, changed[0].OwnerLimits, changed[0].Web = monitor.DefaultLimits(), []monitor.OwnerLimits{{Owner: "PARTNER01"}}, "https://crm.example/"
	changed[0].Rules = monitor.DefaultRules()
	s.Update(changed)
	expect("a change of when to warn", 1)
	changed = slices.Clone(changed)
	changed[0].Owners = []string{"PARTNER01"}
	s.Update(changed)
	expect("a change of the site", 2)
	s.Forget(oslo)
	expect("the other site's ticket is forgotten", 2)
	s.Forget(head)
	expect("the site's ticket is forgotten", 3)
	s.Update(changed[1:])
	s.Update(changed)
	expect("the site was gone and is back", 4)
	if got := signIns(oslo); got != 0 {
		t.Errorf("%d sign-ins at the site that nobody read", got)
	}
}

func TestASiteThatIsGoneIsNotRead(t *testing.T) {
	sim, sites := begin(t)
	s := sourceOf(t, sites...)
	read(t, s, head)
	s.Update(sites[1:])
	before := sim.Requests("", "")
	_, err := s.Verdict(t.Context(), head, "SUPEROFFICE")
	wantFailure(t, err, monitor.KindConfig, "not set up", "Add it")
	if sim.Requests("", "") != before {
		t.Error("a server was asked for a site that is gone")
	}
}

func wantFailure(t *testing.T, err error, kind monitor.Kind, text, remedy string) *monitor.Failure {
	t.Helper()
	f, ok := errors.AsType[*monitor.Failure](err)
	if !ok {
		t.Fatalf("error %v is no failure, want kind %q", err, kind)
	}
	if f.Kind != kind || !strings.Contains(f.Text, text) || !strings.Contains(f.Remedy, remedy) {
		t.Errorf("failure %q: %q, remedy %q; want %q with %q and %q", f.Kind, f.Text, f.Remedy, kind, text, remedy)
	}
	return f
}

func TestWhatAMonitorKnowsOfASite(t *testing.T) {
	seats := monitor.Limits{Ladder: []int{}, FreeSeats: new(3)}
	tests := []struct {
		site settings.Site
		want monitor.Site
	}{
		{settings.Site{Name: "a", URL: "https://crm.example/Remote/Services88/License.svc", Services: "Services86"},
			monitor.Site{Name: "a", URL: "https://crm.example/Remote/", Services: "Services88", Network: monitor.NetworkDirect, Web: "https://crm.example/"}},
		{settings.Site{Name: "b", URL: "http://127.0.0.1:8086/Remote/", Services: "Services86", Owners: []string{"A"}},
			monitor.Site{Name: "b", URL: "http://127.0.0.1:8086/Remote/", Services: "Services86", Owners: []string{"A"}, Web: "http://127.0.0.1:8086/"}},
		{settings.Site{Name: "c", Tenant: "Cust12345", Environment: "sod", Services: "Services86", Proxy: "http://proxy.example:3128"},
			monitor.Site{Name: "c", URL: "https://sod.superoffice.com/Cust12345/", Services: "Services86", Network: "proxy proxy.example:3128", Online: true,
				Web: "https://sod.superoffice.com/Cust12345/"}},
		{settings.Site{Name: "d", URL: "https://crm.example/so/remote", Services: "Services86", Limits: seats, OwnerLimits: []monitor.OwnerLimits{{Owner: "A", Limits: seats}}, Rules: monitor.DefaultRules()},
			monitor.Site{Name: "d", URL: "https://crm.example/so/remote/", Services: "Services86", Network: monitor.NetworkDirect, Web: "https://crm.example/so/",
				Limits: seats, OwnerLimits: []monitor.OwnerLimits{{Owner: "A", Limits: seats}}, Rules: monitor.DefaultRules()}},
		{settings.Site{Name: "e", URL: "https://crm.example/", Services: "Services86", Web: "https://web.example/SuperOffice/"},
			monitor.Site{Name: "e", URL: "https://crm.example/Remote/", Services: "Services86", Network: monitor.NetworkDirect, Web: "https://web.example/SuperOffice/"}},
		{settings.Site{Name: "f", URL: "https://crm.example/Unremote/", Services: "Services86"},
			monitor.Site{Name: "f", URL: "https://crm.example/Unremote/Remote/", Services: "Services86", Network: monitor.NetworkDirect, Web: "https://crm.example/Unremote/"}},
		{settings.Site{Name: "g", URL: "https://crm.example/", Services: "Services86", Web: "javascript:alert(1)"},
			monitor.Site{Name: "g", URL: "https://crm.example/Remote/", Services: "Services86", Network: monitor.NetworkDirect}},
	}
	for _, tt := range tests {
		if got := Watched(tt.site); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Watched = %+v, want %+v", got, tt.want)
		}
	}
}
