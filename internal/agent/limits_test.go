//go:build unix

package agent

import (
	"reflect"
	"slices"
	"testing"

	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// shortOf waits until the site's findings about seats are these, by owner and case.
func (s *stage) shortOf(site string, want ...string) {
	s.t.Helper()
	s.sees("few seats", func(v link.View) bool {
		var got []string
		for _, state := range v.Snapshot.Sites {
			for _, o := range state.Owners {
				for _, f := range o.Findings {
					if f.Kind == monitor.FindingSeats && state.Site.Name == site {
						got = append(got, o.Owner+" "+f.Case)
					}
				}
			}
		}
		return slices.Equal(got, want)
	})
}

func TestLimitsAreSavedAndJudgedAtOnce(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	asked := s.sim.Requests("", "")
	forms, err := s.client.Sites(t.Context())
	if err != nil || len(forms) != 1 {
		t.Fatalf("%d forms, %v", len(forms), err)
	}
	f := forms[0]
	f.Web, f.Limits = "https://web.example/", monitor.Limits{Ladder: []int{}, FreeSeats: new(4)}
	f.OwnerLimits = []monitor.OwnerLimits{{Owner: "PARTNER01", Limits: monitor.Limits{FreeSeats: new(monitor.NoSeatWarning)}}}
	s.save(f)
	s.shortOf(head, "SUPEROFFICE few ten-marketing", "SUPEROFFICE few ten-sales", "SUPEROFFICE few ten-service")
	if forms, err = s.client.Sites(t.Context()); err != nil || !reflect.DeepEqual(forms[0], f) {
		t.Errorf("the form is now %+v (%v), want %+v", forms[0], err, f)
	}
	loaded, err := settings.Load(s.config())
	if err != nil || !reflect.DeepEqual(loaded.Sites[0].OwnerLimits, f.OwnerLimits) || !reflect.DeepEqual(loaded.Sites[0].Limits, f.Limits) {
		t.Errorf("the file says %+v (%v)", loaded.Sites, err)
	}
	f.Limits.FreeSeats, f.OwnerLimits = nil, nil
	s.save(f)
	s.shortOf(head)
	all := link.Settings{Interval: loaded.Interval, DetailsInterval: loaded.DetailsInterval, Limits: monitor.Limits{FreeSeats: new(3)}}
	if err := s.client.SaveSettings(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	few := []string{"PARTNER01 few ten-marketing", "PARTNER01 few ten-service", "SUPEROFFICE few ten-marketing", "SUPEROFFICE few ten-service"}
	s.shortOf(head, few...)
	if now := s.sim.Requests("", ""); now != asked {
		t.Errorf("%d requests because of limits", now-asked)
	}
	f.Limits.Ladder = []int{0}
	s.refused(f, "ladder has a step of 0 days")
	f.Name, f.Limits.Ladder = "Renamed", nil
	s.save(f)
	s.shortOf("Renamed", few...)
}
