package window

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/theme"

	"licensewatch/internal/caldate"
	"licensewatch/monitor"
)

// key names a row for as long as its site and owner exist.
type key struct{ site, owner string }

// row is one line of the table, with all it shows worked out beforehand: a snapshot of a thousand owners
// is filtered and sorted at each key press.
type row struct {
	key
	state *monitor.SiteState
	owner *monitor.OwnerState // nil: the site has no owners yet

	severity monitor.Severity
	cells    []cell
	search   string // lower case: all that the filter looks at

	siteFold, ownerFold string // lower case, for sorting
	days                int    // until expiry; noDays if it does not come
	free                int    // seats; noDays if there are none to run out
	answered            time.Time
	said                said
}

// noDays sorts behind every count.
const noDays = math.MaxInt

// The table's columns, each wide enough for its title and the arrow that says how it sorts. The detail pane
// tells what a narrow table leaves out.
const (
	colSite = iota
	colOwner
	colStatus
	colDays
	colSeats
	colAnswer
	colNext
)

var columns = []column{
	colSite:   {title: "Site", least: 82, grow: 3},
	colOwner:  {title: "Owner", least: 86, grow: 2},
	colStatus: {title: "Status", least: 174, grow: 3},
	colDays:   {title: "Days left", least: 80, right: true},
	colSeats:  {title: "Seats in use", least: 99, right: true, wide: 590},
	colAnswer: {title: "Last answer", least: 97, right: true, wide: 720},
	colNext:   {title: "Next check", least: 97, right: true, wide: 860},
}

// book makes rows and keeps those of sites that did not change since the snapshot before.
type book struct {
	today   caldate.Date
	alerts  []monitor.Alert
	snoozes []monitor.Hand
	rows    map[*monitor.SiteState][]*row
}

// rowsOf returns the rows of all sites in s, in the order of s.
func (b *book) rowsOf(s monitor.Snapshot) []*row {
	if today := caldate.Of(s.At.Local()); today != b.today {
		b.today, b.rows = today, nil // texts tell days
	}
	if !reflect.DeepEqual(b.alerts, s.Alerts) || !reflect.DeepEqual(b.snoozes, s.Snoozes) {
		b.alerts, b.snoozes, b.rows = s.Alerts, s.Snoozes, nil
	}
	kept := make(map[*monitor.SiteState][]*row, len(s.Sites))
	var all []*row
	for _, site := range s.Sites {
		rows, ok := b.rows[site]
		if !ok {
			rows = siteRows(site, s.At)
			for _, r := range rows {
				r.hear(saidOf(s, site, r.key.owner), s.At)
			}
		}
		kept[site] = rows
		all = append(all, rows...)
	}
	b.rows = kept
	return all
}

// siteRows makes one row for each owner of site, or one for a site without owners.
func siteRows(site *monitor.SiteState, now time.Time) []*row {
	if len(site.Owners) == 0 {
		return []*row{newRow(site, nil, now)}
	}
	rows := make([]*row, len(site.Owners))
	for i := range site.Owners {
		rows[i] = newRow(site, &site.Owners[i], now)
	}
	return rows
}

func newRow(site *monitor.SiteState, owner *monitor.OwnerState, now time.Time) *row {
	r := &row{
		key: key{site: site.Site.Name}, state: site, owner: owner,
		severity: site.Severity, days: noDays, free: noDays, answered: site.LicencesAt,
	}
	ownerName, company, daysText, seatsText := "—", "", "", ""
	if owner != nil {
		r.key.owner, r.severity, r.answered = owner.Owner, owner.Severity, lastAnswer(site, owner)
		ownerName = monitor.Harmless(owner.Owner, 80)
	}
	if l := r.licence(); l != nil {
		company = monitor.Harmless(l.Company, 120)
		r.days, daysText = daysLeft(l.Dates.Expiry, caldate.Of(now.Local()))
		r.free, seatsText = seats(l.Modules)
	}
	siteName, status := monitor.Harmless(site.Site.Name, 80), r.status()
	next := clock(site.NextCheck, now)
	if site.NextCheck.IsZero() {
		next = "—"
	}
	if site.Reading {
		next = "checking…"
	}
	r.cells = []cell{
		colSite: {text: siteName}, colOwner: {text: ownerName},
		colStatus: {text: status, color: colorOf(r.severity), bold: r.severity == monitor.Critical},
		colDays:   {text: daysText}, colSeats: {text: seatsText},
		colAnswer: {text: clock(r.answered, now)}, colNext: {text: next},
	}
	r.siteFold, r.ownerFold = strings.ToLower(siteName), strings.ToLower(ownerName)
	r.search = strings.ToLower(strings.Join([]string{siteName, ownerName, company, status, severityWords[r.severity]}, "\n"))
	return r
}

// hear adds what people said.
func (r *row) hear(x said, now time.Time) {
	r.said = x
	status := &r.cells[colStatus]
	if status.text = x.mark(status.text, now); x.known {
		for i := range r.cells {
			r.cells[i].color, r.cells[i].bold = theme.ColorNamePlaceHolder, false
		}
	}
	r.search += "\n" + strings.ToLower(status.text)
}

// licence is what the database says of the row's owner; nil if it said nothing.
func (r *row) licence() *monitor.Licence {
	if r.owner == nil {
		return nil
	}
	return r.owner.Licence
}

// verdict is what the licence server says of the row's owner; nil if it said nothing.
func (r *row) verdict() *monitor.Verdict {
	if r.owner == nil {
		return nil
	}
	return r.owner.Verdict
}

// linkRefused reports whether the issuer sent a link, or says that it did, and there is none that may be
// opened.
func (r *row) linkRefused() bool {
	v := r.verdict()
	if v == nil || v.URL == "" && v.Status != messageAndLink {
		return false
	}
	_, _, ok := webLink(v.URL)
	return !ok
}

// findings are the row's, worst first.
func (r *row) findings() []monitor.Finding {
	of := r.state.Findings
	if r.owner != nil {
		of = r.owner.Findings
	}
	return slices.SortedStableFunc(slices.Values(of), func(a, b monitor.Finding) int {
		return cmp.Compare(b.Severity, a.Severity)
	})
}

// failure is why the latest read failed, with when that began; nil after a good one.
func (r *row) failure() (*monitor.Failure, time.Time) {
	if f := r.state.Failure; f != nil {
		return f, r.state.FailingSince
	}
	if r.owner != nil && r.owner.Failure != nil {
		return r.owner.Failure, r.owner.FailingSince
	}
	return nil, time.Time{}
}

// status is the worst finding in a few words, and how many more there are.
func (r *row) status() string {
	fs := slices.DeleteFunc(r.findings(), aside)
	if len(fs) == 0 {
		return severityWords[r.severity]
	}
	worst := r.brief(fs[0])
	more := 0
	for _, f := range fs[1:] {
		if f.Severity > monitor.OK {
			more++
		}
	}
	if more > 0 {
		return fmt.Sprintf("%s +%d", worst, more)
	}
	return worst
}

// aside reports whether a finding at an owner is about the server: it is in the details and above the table, and the row says how the
// owner stands.
func aside(f monitor.Finding) bool { return f.Whole && f.Kind == monitor.FindingCertificate }

func lastAnswer(site *monitor.SiteState, owner *monitor.OwnerState) time.Time {
	if owner.Licence != nil && site.LicencesAt.After(owner.VerdictAt) {
		return site.LicencesAt
	}
	return owner.VerdictAt
}

// daysLeft counts the days until expiry, and puts them into a cell's words.
func daysLeft(expiry, today caldate.Date) (int, string) {
	if !expiry.IsDay() {
		return noDays, "no end"
	}
	n := expiry.DaysFrom(today)
	if n < 0 {
		return n, fmt.Sprintf("−%d", -n)
	}
	return n, fmt.Sprint(n)
}

// seats sums the user licences that can run out: SuperOffice shows them, and their count is enforced.
// It returns how many are free and the words of a cell.
func seats(modules []monitor.Module) (int, string) {
	inUse, total := 0, 0
	for _, m := range modules {
		if m.Type == "UserLicense" && !m.Hidden && !m.Unrestricted && !m.Uncounted {
			inUse += m.InUse
			total += m.Total
		}
	}
	if inUse == 0 && total == 0 {
		return noDays, "—"
	}
	return total - inUse, fmt.Sprintf("%d/%d", inUse, total)
}
