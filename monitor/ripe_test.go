package monitor

import (
	"testing"
	"time"
)

func TestNewsWaitsForCompany(t *testing.T) {
	now := time.Date(2027, 3, 1, 10, 20, 0, 0, time.UTC) // a Monday
	cut := &Failure{Kind: KindTimeout, Text: "No answer."}
	told := cut.finding()
	failing := &SiteState{Failure: cut, Failures: 1, Counted: 1}
	confirmed := &SiteState{Failure: cut, Failures: 2, Counted: 2, Findings: []Finding{told}}
	owner := &SiteState{Owners: []OwnerState{{Failure: cut, Failures: 1, Counted: 1}}}
	offline := &SiteState{Failure: cut, Failures: 1, Way: Way{DownSince: now}}
	online := &SiteState{Site: Site{Online: true}, Failure: cut, Failures: 1}
	reading := &SiteState{Reading: true}
	news := func(ago time.Duration, f Finding) Decision {
		return Decision{At: now.Add(-ago), Fate: Tell, Finding: f}
	}
	warning := Finding{Kind: FindingExpiring, Severity: Warning}
	tests := []struct {
		name    string
		waiting []Decision
		sites   []*SiteState
		at      time.Duration // after now
		want    time.Duration
	}{
		{"nothing waits for nothing", nil, []*SiteState{failing, reading}, 0, 0},
		{"nobody else fails", []Decision{news(0, told)}, []*SiteState{confirmed}, 0, 0},
		{"another site may", []Decision{news(0, told)}, []*SiteState{confirmed, failing}, 0, 3 * time.Minute},
		{"an owner may", []Decision{news(0, told)}, []*SiteState{confirmed, owner}, 0, 3 * time.Minute},
		{"the oldest has waited", []Decision{news(0, told), news(time.Minute, told)}, []*SiteState{failing}, 0, 2 * time.Minute},
		{"and waits no longer", []Decision{news(4*time.Minute, told)}, []*SiteState{failing}, 0, 0},
		{"an outage tells for its sites", []Decision{news(0, told)}, []*SiteState{offline}, 0, 0},
		{"planned work is not told", []Decision{news(-15*time.Hour, told)}, []*SiteState{online}, 15 * time.Hour, 0},
		{"a tenant out of hours is", []Decision{news(0, told)}, []*SiteState{online}, 0, 3 * time.Minute},
		{"what a server said does not wait for other sites", []Decision{news(0, warning)}, []*SiteState{failing}, 0, 0},
		{"but goes with what does", []Decision{news(0, warning), news(0, told)}, []*SiteState{failing}, 0, 3 * time.Minute},
		{"unless it is critical", []Decision{news(0, told), news(0, bad)}, []*SiteState{failing}, 0, 0},
		{"a read is under way", []Decision{news(4*time.Second, bad)}, []*SiteState{reading, failing}, 0, 6 * time.Second},
		{"for long", []Decision{news(11*time.Second, bad)}, []*SiteState{reading}, 0, 0},
		{"the clock was set back", []Decision{news(-time.Hour, told)}, []*SiteState{failing, reading}, 0, 0},
	}
	for _, tt := range tests {
		if got := Ripe(tt.waiting, Snapshot{Sites: tt.sites}, now.Add(tt.at)); got != tt.want {
			t.Errorf("%s: waits for %v, want %v", tt.name, got, tt.want)
		}
	}
}
