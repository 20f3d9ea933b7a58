package monitor

import "testing"

func TestOnlyWhatIsNamedIsLeft(t *testing.T) {
	site := func(name, network string, severity Severity, owners ...OwnerState) *SiteState {
		return &SiteState{Site: Site{Name: name, Network: network}, Severity: severity, Owners: owners}
	}
	lost := site("Lost", "proxy", Unknown)
	lost.Failure, lost.Findings = &Failure{Kind: KindDNS}, []Finding{{Kind: FindingUnreadable, Severity: Unknown}}
	s := Snapshot{
		Sites: []*SiteState{
			site("A", "", Critical, OwnerState{Owner: "SUPEROFFICE", Severity: Warning}, OwnerState{Owner: "PARTNER01", Severity: Critical}),
			site("B", "", OK, OwnerState{Owner: "PARTNER01"}),
			lost,
		},
		Outages: []Outage{{Network: "proxy"}},
	}
	for _, tt := range []struct {
		name          string
		sites, owners []string
		want          string // sites with their owners
		worst         Severity
		outages       int
	}{
		{"no names are all", nil, nil, "A SUPEROFFICE PARTNER01 B PARTNER01 Lost ", Critical, 1},
		{"a site", []string{"A"}, nil, "A SUPEROFFICE PARTNER01 ", Critical, 0},
		{"an owner in another case, and what cannot be read", nil, []string{"SuperOffice"}, "A SUPEROFFICE Lost ", Unknown, 1},
		{"an owner of a site", []string{"A", "B"}, []string{"superoffice"}, "A SUPEROFFICE ", Warning, 0},
		{"nobody", []string{"B"}, []string{"superoffice"}, "", OK, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, names := s.Only(tt.sites, tt.owners), ""
			for _, site := range got.Sites {
				names += site.Site.Name + " "
				for _, o := range site.Owners {
					names += o.Owner + " "
				}
			}
			if names != tt.want || got.Worst() != tt.worst || len(got.Outages) != tt.outages {
				t.Errorf("%q, %v, %d outages; want %q, %v, %d", names, got.Worst(), len(got.Outages), tt.want, tt.worst, tt.outages)
			}
		})
	}
	if len(s.Sites) != 3 || len(s.Sites[0].Owners) != 2 || len(s.Outages) != 1 {
		t.Error("the snapshot itself has changed")
	}
}
