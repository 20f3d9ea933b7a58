package monitor

import (
	"testing"
	"time"
)

func shows(c *Certificate) Observation {
	return Observation{Read: true, Licences: licence(Dates{}), Certificate: c}
}

func TestCertificates(t *testing.T) {
	until := func(d time.Duration) *Certificate { return &Certificate{Host: "crm.example", NotAfter: noon.Add(d)} }
	const day = 24 * time.Hour
	tests := []struct {
		name string
		c    *Certificate
		step string
		text string
	}{
		{"no TLS", nil, "", ""},
		{"31 days", until(31 * day), "", ""},
		{"30 days and a bit are 30 days", until(30*day + 11*time.Hour), "30 days", "The certificate of crm.example expires in 30 days, on 31 March 2026: then nobody gets in any more."},
		{"15 days", until(15 * day), "30 days", "The certificate of crm.example expires in 15 days, on 16 March 2026: then nobody gets in any more."},
		{"14 days", until(14 * day), "14 days", "The certificate of crm.example expires in 14 days, on 15 March 2026: then nobody gets in any more."},
		{"7 days", until(7 * day), "7 days", "The certificate of crm.example expires in 7 days, on 8 March 2026: then nobody gets in any more."},
		{"today", until(time.Hour), "7 days", "The certificate of crm.example expires today, 1 March 2026: then nobody gets in any more."},
		{"over", until(-time.Second), "7 days", "The certificate of crm.example expired on 1 March 2026."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, events := policy.Step(&SiteState{Site: Site{Name: "x"}}, shows(tt.c), noon)
			s, _ = policy.Step(s, verdict("Ok"), noon)
			if tt.step == "" {
				if len(events) != 0 || s.Severity != OK {
					t.Fatalf("%v, told %+v", s.Severity, events)
				}
				return
			}
			f := s.Findings[0]
			if f.Kind != FindingCertificate || f.Case != tt.step || f.Text != tt.text || f.Severity != Warning || f.Title == "" || f.Action == "" {
				t.Errorf("finding %+v", f)
			}
			if len(events) != 1 || events[0].Owner != "" || events[0].To != Warning {
				t.Errorf("events %+v, want one about the site", events)
			}
			o := s.Owners[0]
			if last := o.Findings[len(o.Findings)-1]; s.Severity != Warning || o.Severity != OK || last.Kind != FindingCertificate || !last.Whole {
				t.Errorf("the site is %v, its owner %v with %+v; want the owner no worse than its licence", s.Severity, o.Severity, o.Findings)
			}
		})
	}
}

func TestEachStepOfACertificateIsNewsOnce(t *testing.T) {
	c := &Certificate{Host: "crm.example", NotAfter: noon.AddDate(0, 0, 40)}
	s, _ := policy.Step(&SiteState{Site: Site{Name: "x", Online: true}}, shows(c), noon)
	told := map[int]string{}
	for day := range 45 {
		var events []Event
		s, events = policy.Step(s, verdict("Ok"), noon.AddDate(0, 0, day))
		for _, e := range events {
			if len(e.Appeared) > 0 {
				told[day] += e.Appeared[0].Case
			}
		}
	}
	if len(told) != 3 || told[10] != "30 days" || told[26] != "14 days" || told[33] != "7 days" {
		t.Errorf("told %v, want the steps of 30, 14 and 7 days", told)
	}
	if s.Findings[0].Action != "SuperOffice renews it by itself; ask them if it stays so." {
		t.Errorf("of a tenant of SuperOffice Online: %q", s.Findings[0].Action)
	}
	if s, events := policy.Step(s, shows(&Certificate{Host: "crm.example", NotAfter: noon.AddDate(1, 0, 0)}), noon.AddDate(0, 0, 45)); len(s.Findings) != 0 || len(events) != 1 || len(events[0].Gone) != 1 {
		t.Errorf("a new certificate leaves %+v and tells %+v", s.Findings, events)
	}
}

func TestACertificateHidesNothing(t *testing.T) {
	s, _ := policy.Step(&SiteState{Site: Site{Name: "x"}}, shows(&Certificate{NotAfter: noon.AddDate(0, 0, 1)}), noon)
	s, _ = policy.Step(s, Observation{Asked: []string{"SUPEROFFICE"}}, noon)
	s, _ = policy.Step(s, verdict("Ok"), noon)
	if s, events := policy.Step(s, Observation{}, noon.Add(4*time.Hour)); s.Severity != Unknown || len(events) != 1 {
		t.Errorf("behind a certificate an old answer is %v, told %+v", s.Severity, events)
	}
}
