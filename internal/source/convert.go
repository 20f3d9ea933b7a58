package source

import (
	"unique"

	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// Lengths of text from servers, in characters.
const (
	maxMessage = 2000
	maxName    = 120
)

// userPlan is the value of ExtraFlags that marks a user plan (domain.md §4.1).
const userPlan = 1

// licences turns NetServer's licences into the monitor's.
func licences(list []soapclient.Licence) []monitor.Licence {
	var all []monitor.Licence
	for _, l := range list {
		terms := l.Current
		if terms == nil {
			terms = l.New
		}
		if terms == nil || terms.Owner == "" {
			continue // an owner without a licence has nothing that could run out
		}
		one := licence(terms)
		one.Modules = modules(l, terms)
		all = append(all, one)
	}
	return all
}

// licence is the monitor's licence without its modules.
func licence(terms *soapclient.Terms) monitor.Licence {
	return monitor.Licence{
		Owner:       terms.Owner, // as sent: NetServer wants it back so (domain.md §4.1)
		Description: text(terms.Description),
		Company:     text(terms.Company),
		Serial:      text(terms.Serial),
		Dates: monitor.Dates{
			NextCheck: terms.NextCheck, Maintenance: terms.Maintenance, AdminWarning: terms.AdminWarning,
			Expiry: terms.Expiry, Grace: terms.Grace,
		},
	}
}

// modules lists the modules with their use or, where NetServer tells no use, as the licence lists them. It
// is never nil.
func modules(l soapclient.Licence, terms *soapclient.Terms) []monitor.Module {
	all := make([]monitor.Module, 0, max(len(l.Modules), len(terms.Modules)))
	for _, u := range l.Modules {
		m := u.Current
		if m == nil {
			m = u.New
		}
		if m == nil {
			continue
		}
		all = append(all, module(*m, u.Total, u.InUse, u.Free))
	}
	if len(all) > 0 {
		return all
	}
	for _, m := range terms.Modules {
		listed := module(m, m.Licences, 0, m.Licences)
		listed.Uncounted = true
		all = append(all, listed)
	}
	return all
}

func module(m soapclient.Module, total, inUse, free int) monitor.Module {
	return monitor.Module{
		Name: text(m.Name), Description: text(m.Description), Type: text(m.Type),
		Total: total, InUse: inUse, Free: free, Unrestricted: m.Unrestricted, Hidden: m.Hidden, Plan: m.ExtraFlags == userPlan,
	}
}

// text makes a server's text harmless and lets equal texts share memory: a thousand owners name the same
// fifty modules.
func text(s string) string { return unique.Make(monitor.Harmless(s, maxName)).Value() }
