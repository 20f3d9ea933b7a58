package monitor

import (
	"fmt"
	"time"

	"licensewatch/internal/caldate"
)

// CertificateDays is how many days before its end a certificate is news for the first time.
const CertificateDays = 30

// certificateSteps are the days before a certificate's end at which it is news, falling.
var certificateSteps = []int{CertificateDays, 14, 7}

// judgeCertificate returns the finding about a certificate that nears its end. It stays a warning to the end: only then, when no
// client gets in any more, does the failed read say what is lost. Days are those of now's zone.
func judgeCertificate(s *SiteState, now time.Time) (f Finding, ok bool) {
	c := s.Certificate
	if c == nil || c.NotAfter.IsZero() {
		return Finding{}, false
	}
	end := caldate.Of(c.NotAfter.In(now.Location()))
	left := end.DaysFrom(caldate.Of(now))
	for _, days := range certificateSteps {
		if left <= days {
			f.Case, ok = fmt.Sprintf("%d days", days), true
		}
	}
	if !ok {
		return Finding{}, false
	}
	f.Kind, f.Severity = FindingCertificate, Warning
	host := Harmless(c.Host, 100)
	switch {
	case !c.NotAfter.After(now):
		f.Title = "Certificate expired"
		f.Text = fmt.Sprintf("The certificate of %s expired on %s.", host, end.Words())
	case left == 0:
		f.Title = "Certificate expires today"
		f.Text = fmt.Sprintf("The certificate of %s expires today, %s: then nobody gets in any more.", host, end.Words())
	default:
		f.Title = "Certificate expires in " + Days(left)
		f.Text = fmt.Sprintf("The certificate of %s expires in %s, on %s: then nobody gets in any more.", host, Days(left), end.Words())
	}
	f.Action = "Have the server's administrator renew it before that day."
	if s.Site.Online {
		f.Action = "SuperOffice renews it by itself; ask them if it stays so."
	}
	return f, true
}
