package report

import (
	"encoding/json"
	"io"
	"time"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// version of the JSON; fields are only ever added within one.
const version = 1

type (
	document struct {
		Version   int              `json:"version"`
		CheckedAt string           `json:"checked_at"` // RFC 3339, UTC
		Severity  monitor.Severity `json:"severity"`
		Sites     []site           `json:"sites"`
		Outages   []outage         `json:"outages"`
		Program   string           `json:"program"` // its version; empty: not told
		Demo      bool             `json:"demo"`    // the sites are made up
	}
	outage struct {
		Network string `json:"network"`
		Since   string `json:"since"` // RFC 3339, UTC
		Sites   int    `json:"sites"` // how many share it
		Text    string `json:"text"`
		Action  string `json:"action"`
	}
	site struct {
		Site     string           `json:"site"`
		URL      string           `json:"url"`
		Services string           `json:"services"`
		Severity monitor.Severity `json:"severity"`
		Error    *failure         `json:"error"`
		Owners   []owner          `json:"owners"`
		ReadAt   *string          `json:"read_at"` // RFC 3339, UTC: the last good read of its database
		said
	}
	owner struct {
		Owner       string           `json:"owner"`
		Description string           `json:"description"`
		Company     string           `json:"company"`
		Serial      string           `json:"serial"`
		Status      string           `json:"status"`
		Message     string           `json:"message"`
		URL         string           `json:"url"`
		Severity    monitor.Severity `json:"severity"`
		Findings    []finding        `json:"findings"`
		Dates       monitor.Dates    `json:"dates"`
		DaysLeft    *int             `json:"days_left"`
		Modules     []module         `json:"modules"`
		Error       *failure         `json:"error"`
		Countdowns  []countdown      `json:"countdowns"`  // to each of Dates, in the order in which they come
		AnsweredAt  *string          `json:"answered_at"` // RFC 3339, UTC: the last good answer of the licence server
		said
	}
	said struct { // by a person, about the alerts
		Acknowledged *acknowledged `json:"acknowledged"`  // null: something is wrong that nobody acknowledged, or nothing is
		SnoozedUntil *string       `json:"snoozed_until"` // RFC 3339, UTC
	}
	acknowledged struct {
		By   string `json:"by"`
		At   string `json:"at"` // RFC 3339, UTC
		Note string `json:"note"`
	}
	countdown struct {
		Kind     monitor.DateKind `json:"kind"` // its key in dates
		Title    string           `json:"title"`
		Date     caldate.Date     `json:"date"`
		Days     *int             `json:"days"` // negative once it is past
		Severity monitor.Severity `json:"severity"`
		Words    string           `json:"words"`
	}
	module struct {
		monitor.Module
		Forecast *forecast `json:"forecast"` // null: there is too little to go by
	}
	forecast struct { // of the first day without a free seat
		Day   caldate.Date `json:"day"`
		Early caldate.Date `json:"early"`
		Late  caldate.Date `json:"late"`
		Words string       `json:"words"`
	}
	finding struct {
		Kind     string           `json:"kind"`
		Severity monitor.Severity `json:"severity"`
		Text     string           `json:"text"`
		Action   string           `json:"action"`
		Reason   string           `json:"reason"` // of a finding that comes of a failure: a heading of docs/failures.md
	}
	failure struct {
		Kind   monitor.Kind `json:"kind"`
		Text   string       `json:"text"`
		Reason string       `json:"reason"`
	}
)

// JSON writes the snapshot for scripts (the form is a contract: design, "JSON of check and status"). Sites
// and owners keep their order. Days are counted from now's own date.
func JSON(w io.Writer, s monitor.Snapshot, now time.Time) error {
	return writeJSON(w, Input{Snapshot: s}, now)
}

func writeJSON(w io.Writer, in Input, now time.Time) error {
	s := in.Snapshot
	doc := document{
		Version: version, CheckedAt: checkedAt(s, now).UTC().Format(time.RFC3339), Severity: Worst(s),
		Sites: make([]site, len(s.Sites)), Outages: make([]outage, len(s.Outages)), Program: in.Version, Demo: in.Demo,
	}
	for i, o := range s.Outages {
		doc.Outages[i] = outage{
			monitor.Harmless(o.Network, short), o.Since.UTC().Format(time.RFC3339), o.Sites,
			monitor.Harmless(o.Finding.Text, long), monitor.Harmless(o.Finding.Action, long),
		}
	}
	for i, state := range s.Sites {
		doc.Sites[i] = siteOf(in, state, caldate.Of(now))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false) // without indentation, which would double what a thousand owners take
	return out.Encode(doc)
}

func siteOf(in Input, state *monitor.SiteState, today caldate.Date) site {
	s := site{
		Site: state.Site.Name, URL: state.Site.URL, Services: state.Site.Services,
		Severity: state.Severity, Error: failureOf(state.Failure), Owners: make([]owner, len(state.Owners)),
		ReadAt: instant(state.LicencesAt), said: saidOf(in.Snapshot, state, ""),
	}
	for i := range state.Owners {
		s.Owners[i] = ownerOf(in, state, &state.Owners[i], today)
	}
	return s
}

func ownerOf(in Input, state *monitor.SiteState, o *monitor.OwnerState, today caldate.Date) owner {
	e := entry{site: state, owner: o}
	out := owner{
		Owner: monitor.Harmless(o.Owner, long), Severity: o.Severity, Error: failureOf(o.Failure),
		Findings: []finding{}, Modules: []module{}, Countdowns: []countdown{}, AnsweredAt: instant(o.VerdictAt),
		said: saidOf(in.Snapshot, state, o.Owner),
	}
	for _, f := range o.Findings {
		out.Findings = append(out.Findings, finding{f.Kind, f.Severity, monitor.Harmless(f.Text, long), monitor.Harmless(f.Action, long), f.Reason})
	}
	if v := o.Verdict; v != nil {
		out.Status, out.Message, out.URL = monitor.Harmless(v.Status, long), monitor.Harmless(v.Message, long), monitor.Harmless(v.URL, long)
	}
	if l := o.Licence; l != nil {
		out.Description, out.Company, out.Serial = monitor.Harmless(l.Description, long), monitor.Harmless(l.Company, long), monitor.Harmless(l.Serial, long)
		out.Dates = l.Dates
		series := in.seats(e)
		for _, m := range l.Modules {
			expected := forecastOf(series[monitor.Harmless(m.Name, short)].Forecast)
			m.Name, m.Description, m.Type = monitor.Harmless(m.Name, long), monitor.Harmless(m.Description, long), monitor.Harmless(m.Type, long)
			out.Modules = append(out.Modules, module{m, expected})
		}
	}
	if days, ok := e.daysLeft(today); ok {
		out.DaysLeft = &days
	}
	for _, c := range o.Countdowns(today) {
		days := &c.Days
		if !c.Date.IsDay() {
			days = nil
		}
		out.Countdowns = append(out.Countdowns, countdown{c.Kind, c.Title, c.Date, days, c.Severity, c.Words})
	}
	return out
}

func saidOf(s monitor.Snapshot, state *monitor.SiteState, owner string) (out said) {
	if h, ok := s.Acknowledged(state, owner); ok {
		out.Acknowledged = &acknowledged{monitor.Harmless(h.By, short), h.At.UTC().Format(time.RFC3339), monitor.Harmless(h.Note, long)}
	}
	if h, ok := s.Snoozed(monitor.Subject{Site: state.Site.Name, Owner: owner}); ok {
		out.SnoozedUntil = instant(h.Until)
	}
	return out
}

func forecastOf(f monitor.Forecast) *forecast {
	if !f.Known {
		return nil
	}
	return &forecast{f.Day, f.Early, f.Late, monitor.Harmless(f.Words, long)}
}

// instant returns an instant as JSON has it, null for none.
func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

func failureOf(f *monitor.Failure) *failure {
	if f == nil {
		return nil
	}
	return &failure{f.Kind, monitor.Harmless(f.Text, long), f.Reason}
}
