package window

import (
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
)

func TestClock(t *testing.T) {
	tests := []struct {
		name string
		at   time.Time
		want string
	}{
		{"today needs no day", noon.Add(-time.Hour), "11:00"},
		{"yesterday has its day", noon.AddDate(0, 0, -1), "21 Nov 12:00"},
		{"another year has its year", noon.AddDate(-1, 0, 0), "22 Nov 2025"},
		{"no time is never", time.Time{}, "never"},
		{"another zone is shown in the local one", noon.Add(time.Hour).In(time.FixedZone("far", 14*3600)), "13:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := clock(tt.at, noon); got != tt.want {
				t.Errorf("clock = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSpell(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Hour: "1h", 90 * time.Minute: "1h30m", time.Minute: "1m", 45 * time.Second: "45s"} {
		got := spell(d)
		if back, err := time.ParseDuration(got); got != want || err != nil || back != d {
			t.Errorf("spell(%v) = %q, read back as %v, want %q", d, got, back, want)
		}
	}
}

func TestEveryFailureHasItsWords(t *testing.T) {
	kinds := []monitor.Kind{
		monitor.KindSignIn, monitor.KindNetwork, monitor.KindDNS, monitor.KindTLS, monitor.KindProxy, monitor.KindTimeout, monitor.KindHTTP,
		monitor.KindFault, monitor.KindServer, monitor.KindContract, monitor.KindTenant, monitor.KindKeyring, monitor.KindConfig,
	}
	seen := map[string]monitor.Kind{}
	for _, k := range kinds {
		words := (&row{}).brief(monitor.Finding{Kind: monitor.FindingUnreadable, Failure: k})
		if other, twice := seen[words]; twice || words == "Cannot be checked" {
			t.Errorf("%s is %q, as %s is", k, words, other)
		}
		seen[words] = k
	}
}

func TestBrief(t *testing.T) {
	withStatus := func(s string) *row {
		return &row{owner: &monitor.OwnerState{Verdict: &monitor.Verdict{Status: s}}}
	}
	tests := []struct {
		name string
		row  *row
		kind string
		want string
	}{
		{"a status in words", withStatus("NewLicenseAvailable"), monitor.FindingStatus, "New licence available"},
		{"a word that is not known stays as it was sent", withStatus("Brand\u202eNew"), monitor.FindingStatus, "Unknown status “BrandNew”"},
		{"an expiry with its day", &row{days: 1}, monitor.FindingExpiring, "Expires tomorrow"},
		{"a warning date without an expiry", &row{days: noDays}, monitor.FindingExpiring, "Warning date is reached"},
		{"expired without a grace date", &row{}, monitor.FindingExpired, "Expired"},
		{"an owner that the site lists no more", &row{}, monitor.FindingUnlisted, "No longer listed"},
		{"a site that lists nobody", &row{}, monitor.FindingNoOwner, "No owner listed"},
		{"never asked", &row{}, monitor.FindingPending, "Not checked yet"},
		{"a tenant that is not to be called", &row{}, monitor.FindingTenant, "Tenant not available"},
		{"a certificate", &row{}, monitor.FindingCertificate, "Certificate nears its end"},
		{"no way out", &row{}, monitor.FindingOffline, "Offline"},
		{"asked long ago", &row{answered: noon}, monitor.FindingPending, "Last answer is old"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.row.brief(monitor.Finding{Kind: tt.kind}); got != tt.want {
				t.Errorf("brief = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestATitleGoesBeforeTheKind(t *testing.T) {
	f := monitor.Finding{Kind: monitor.FindingUnreadable, Failure: monitor.KindTLS, Title: "Certificate\u202e expired\n" + endless}
	got := (&row{}).brief(f)
	if !strings.HasPrefix(got, "Certificate expired WW") || len([]rune(got)) > 60 {
		t.Errorf("brief = %q", got)
	}
	f.Title = ""
	if got := (&row{}).brief(f); got != "Certificate not accepted" {
		t.Errorf("without a title brief = %q", got)
	}
}

func TestEnded(t *testing.T) {
	for text, want := range map[string]string{"": "", "crm.example: nobody answers": "crm.example: nobody answers.", "It is.": "It is.", "cut…": "cut…"} {
		if got := ended(text); got != want {
			t.Errorf("ended(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPausedWords(t *testing.T) {
	for until, want := range map[time.Time]string{
		noon.Add(time.Hour):    "Checks are paused until 13:00.",
		monitor.Tomorrow(noon): "Checks are paused until tomorrow, 08:00.",
	} {
		if got := pausedWords(monitor.Snapshot{At: noon, PausedUntil: until}); got != want {
			t.Errorf("pausedWords = %q, want %q", got, want)
		}
	}
}
