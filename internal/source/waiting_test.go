package source

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"licensewatch/internal/caldate"
	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// row is a line of a comparison.
func row(m monitor.ModuleChange) string {
	return strings.TrimSuffix(fmt.Sprintf("%s %d: %s, %s, %s, %s", m.Name, m.InUse, monitor.SeatWords(m.Now), monitor.SeatWords(m.New), m.Words(), m.ShortWords()), ", ")
}

func TestTheWaitingLicenceComesOverTheWire(t *testing.T) {
	sim, sites := begin(t)
	for _, line := range []string{
		"seats ten-sales 26", "seats ten-service 7", "without ten-marketing", "module new-plan 10", "date expiry 2031-06-30", "date grace never", "date warning none",
		`company "Fjord Group AS"`, "serial 1099000012",
	} {
		do(t, sim, head+" SUPEROFFICE offer "+line)
	}
	do(t, sim, head+" SUPEROFFICE date expiry 2030-06-30")
	do(t, sim, head+" SUPEROFFICE date grace 2030-07-12")
	for _, version := range soapclient.Versions {
		t.Run(string(version), func(t *testing.T) {
			site := sites[0]
			site.Services = string(version)
			s := sourceOf(t, site)
			o, err := s.Offer(t.Context(), head, "SUPEROFFICE")
			if err != nil {
				t.Fatal(err)
			}
			c := monitor.Compare(o)
			want := []string{"Marketing Premium 5: 8, —, removed, 5 users to remove", "Service Premium 9: 12, 7, 5 seats fewer, 2 users to remove",
				"New plan 0: —, 10, added", "Sales Premium 17: 21, 26, 5 seats more"}
			var got []string
			for _, m := range c.Modules {
				got = append(got, row(m))
			}
			if !slices.Equal(got, want) || c.Same+c.SameHidden != 0 {
				t.Errorf("the modules are %q, %d and %d hidden ones unchanged, want %q", got, c.Same, c.SameHidden, want)
			}
			if want := "The new licence cannot be activated until 5 users give up Marketing Premium and 2 users give up Service Premium."; c.Headline != want || c.CanBeActivated || c.Reason == "" {
				t.Errorf("it says %q, activated: %t (%q), want %q", c.Headline, c.CanBeActivated, c.Reason, want)
			}
			if f := c.Facts; f[0].Changed() || f[1].Now != "Company 001 AS" || f[1].New != "Fjord Group AS" || f[2].Now == "" || f[2].New != "1099000012" {
				t.Errorf("the facts are %+v", f)
			}
			var turns []monitor.Turn
			for _, d := range c.Dates {
				turns = append(turns, d.Turn())
			}
			if !slices.Equal(turns, []monitor.Turn{monitor.SameDate, monitor.NoDate, monitor.SameDate, monitor.Later, monitor.Endless}) || c.Dates[3].Words() != "365 days later" {
				t.Errorf("the dates go %q: %+v", turns, c.Dates)
			}
			if o, err := s.Offer(t.Context(), head, "PARTNER01"); err != nil || o.New != nil || o.Current == nil || o.Current.Owner != "PARTNER01" {
				t.Errorf("of an owner for whom nothing waits the offer is %+v, %v", o, err)
			}
		})
	}
}

// withoutLicenceServer makes an owner's licence server be out of NetServer's reach.
const withoutLicenceServer = ` SUPEROFFICE fault exception-type SoLicenseException "The licence server failed" inner EndpointNotFoundException "There was no endpoint listening at https://license.superoffice.com"`

func TestAnOfferThatCannotBeHad(t *testing.T) {
	asks := map[string]func(context.Context, *Source, string, string) error{
		"Offer": func(ctx context.Context, s *Source, site, owner string) error {
			o, err := s.Offer(ctx, site, owner)
			if !reflect.DeepEqual(o, monitor.Offer{}) {
				return fmt.Errorf("beside its error it returns %+v", o)
			}
			return err
		},
		"Shop": func(ctx context.Context, s *Source, site, owner string) error {
			_, err := s.Shop(ctx, site, owner)
			return err
		},
	}
	tests := []struct {
		name, fault, owner string
		change             func(*settings.Site)
		reason, says       string
	}{
		{"no licence server", withoutLicenceServer, "SUPEROFFICE", nil, "licence-server", "The licence server failed"},
		{"a refused sign-in", " fault bad-password", "SUPEROFFICE", nil, "sign-in-refused", `"admin" is refused`},
		{"no such owner", " fault none", "NOBODY", nil, "licence-error", "There is no licence of that owner."},
		{"no right", " fault none", "SUPEROFFICE", func(s *settings.Site) { s.User = "reader" }, "missing-right", "do not have the right"},
		{"nobody at the address", " fault refuse", "SUPEROFFICE", nil, "connection-refused", "refused"},
		{"a site that is not set up", " fault none", "SUPEROFFICE", func(s *settings.Site) { s.Name = "Elsewhere" }, "settings", "not set up"},
	}
	for _, tt := range tests {
		for name, ask := range asks {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				sim, sites := begin(t)
				do(t, sim, head+tt.fault)
				if tt.change != nil {
					tt.change(&sites[0])
				}
				f, ok := errors.AsType[*monitor.Failure](ask(t.Context(), with(t, passwords(sites...), sites...), head, tt.owner))
				if !ok || f.Reason != tt.reason || !strings.Contains(f.Text, tt.says) || f.Remedy == "" {
					t.Fatalf("failure %+v, want %s with %q and a remedy", f, tt.reason, tt.says)
				}
				wantNoSecret(t, f)
			})
		}
	}
}

func TestWhereAnOwnerSells(t *testing.T) {
	w := simulator.Build(1, 4, 3)
	w.Sites[0].Name = head
	for i, shop := range []string{"https://shop.example/?a=1&b=2", "javascript:alert(1)", "https://user:word@shop.example/", ""} {
		w.Sites[0].Owners[i].Shop = shop
	}
	_, sites := start(t, w)
	s := sourceOf(t, sites...)
	if link, err := s.Shop(t.Context(), head, "SUPEROFFICE"); err != nil || link != "https://shop.example/?a=1&b=2" {
		t.Errorf("Shop = %q, %v", link, err)
	}
	for _, owner := range []string{"PARTNER01", "PARTNER02"} {
		if link, err := s.Shop(t.Context(), head, owner); !errors.Is(err, ErrStrangeShop) || link != "" || !strings.HasPrefix(err.Error(), owner+" names a shop by a link that is not opened") {
			t.Errorf("Shop of %s = %q, %v", owner, link, err)
		}
	}
	_, site := fronted(t, func(w http.ResponseWriter, r *http.Request) bool {
		asked := strings.Contains(r.Header.Get("SOAPAction"), "GetShopUrl")
		if asked {
			fmt.Fprint(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetShopUrlResponse xmlns="http://www.superoffice.net/ws/crm/NetServer/Services86"><Response/></GetShopUrlResponse></s:Body></s:Envelope>`)
		}
		return asked
	})
	if link, err := sourceOf(t, site).Shop(t.Context(), head, "ACME\u202e"); !errors.Is(err, ErrNoShop) || link != "" || !strings.HasPrefix(err.Error(), "ACME names no shop") {
		t.Errorf("Shop of an owner without one = %q, %v", link, err)
	}
}

func TestOffersAreConverted(t *testing.T) {
	now := &soapclient.Terms{Owner: "A\u202eB", Company: "Fjord\r\nAS", Expiry: caldate.Never, Modules: []soapclient.Module{{Name: "used", Licences: 21}, {Name: "listed", Licences: 7}}}
	next := &soapclient.Terms{Owner: "A\u202eB", Company: "Group", Modules: []soapclient.Module{{Name: "used", Licences: 26}, {Name: "listed", Licences: 3}, {Name: "coming", Licences: 4}}}
	used := func(u soapclient.ModuleUse) soapclient.ModuleUse {
		u.Current, u.New = &soapclient.Module{Name: "used", Licences: 21}, &soapclient.Module{Name: "used", Licences: 26}
		u.Total, u.InUse, u.Free = 21, 20, 1
		return u
	}
	tests := []struct {
		name string
		in   soapclient.Licence
		want []string // owner and company of each licence, then each pair's seats
	}{
		{"a server that counts", soapclient.Licence{Current: now, New: next, Modules: []soapclient.ModuleUse{used(soapclient.ModuleUse{NewTotal: 27, NewFree: 5})}},
			[]string{"A\u202eB Fjord AS", "A\u202eB Group", "used 21/20/1 used 27/20/5", "listed 7/0/7 —", "— listed 3/0/0", "— coming 4/0/0"}},
		{"a server that leaves the new numbers out", soapclient.Licence{Current: now, New: next, Modules: []soapclient.ModuleUse{used(soapclient.ModuleUse{}), {}}},
			[]string{"A\u202eB Fjord AS", "A\u202eB Group", "used 21/20/1 used 26/20/0", "listed 7/0/7 —", "— listed 3/0/0", "— coming 4/0/0"}},
		{"nothing new", soapclient.Licence{Current: now}, []string{"A\u202eB Fjord AS", "—", "used 21/0/21 —", "listed 7/0/7 —"}},
		{"nothing at all", soapclient.Licence{}, []string{"—", "—"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.CanBeActivated, tt.in.Reason = true, "No\u202e\nway "+strings.Repeat("x", 3000)
			o := offer(&tt.in)
			var got []string
			for _, l := range []*monitor.Licence{o.Current, o.New} {
				if l == nil {
					got = append(got, "—")
				} else if got = append(got, l.Owner+" "+l.Company); l.Modules != nil {
					t.Error("a licence brings its modules twice")
				}
			}
			half := func(m *monitor.Module) string {
				if m == nil {
					return "—"
				}
				return m.Name + " " + seats(*m)
			}
			for _, p := range o.Modules {
				got = append(got, half(p.Current)+" "+half(p.New))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("the offer is %q, want %q", got, tt.want)
			}
			if !o.CanBeActivated || !strings.HasPrefix(o.Reason, "No way x") || len(o.Reason) > 2100 {
				t.Errorf("the reason is %d bytes: %.20q", len(o.Reason), o.Reason)
			}
		})
	}
}

func TestAPersonAndAReadShareATicket(t *testing.T) {
	sim, sites := begin(t)
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	sites[0].CAFile = filepath.Join(t.TempDir(), "authorities.pem") // so many that somebody else comes while they are read
	if err := os.WriteFile(sites[0].CAFile, bytes.Repeat(authority, 2000), 0o600); err != nil {
		t.Fatal(err)
	}
	s := sourceOf(t, sites...)
	var all sync.WaitGroup
	together := make(chan struct{})
	for i := range 16 {
		all.Go(func() {
			<-together
			err := details(t.Context(), s)
			if i%2 == 0 {
				_, err = s.Offer(t.Context(), head, "SUPEROFFICE")
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(together)
	all.Wait()
	if n := sim.Requests(head, "AuthenticateUsernamePassword"); n != 1 {
		t.Errorf("%d sign-ins, want one", n)
	}
}
