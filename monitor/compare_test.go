package monitor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"licensewatch/internal/caldate"
)

// seat is a module that users hold.
func seat(name string, inUse, total int, change ...func(*Module)) *Module {
	m := &Module{Name: strings.ToLower(strings.ReplaceAll(name, " ", "-")), Description: name, Type: "UserLicense", InUse: inUse, Total: total}
	for _, c := range change {
		c(m)
	}
	return m
}

func userPlan(m *Module)  { m.Plan = true }
func unseen(m *Module)    { m.Hidden = true }
func unlimited(m *Module) { m.Unrestricted = true }
func siteWide(m *Module)  { m.Type = siteLicence }
func ofType(kind string) func(*Module) {
	return func(m *Module) { m.Type = kind }
}
func free(n int) func(*Module)           { return func(m *Module) { m.Free = n } }
func called(name string) func(*Module)   { return func(m *Module) { m.Description = name } }
func from(m *Module) ModuleOffer         { return ModuleOffer{Current: m} }
func to(m *Module) ModuleOffer           { return ModuleOffer{New: m} }
func both(now, next *Module) ModuleOffer { return ModuleOffer{Current: now, New: next} }

// fjord is a licence, and offered an offer of one that is the same but for its modules.
func fjord() *Licence {
	return &Licence{Owner: "SUPEROFFICE", Description: "SuperOffice AS", Company: "Fjord AS", Serial: "1010000014",
		Dates: Dates{Expiry: caldate.New(2027, 3, 27), Grace: caldate.New(2027, 4, 8)}}
}

func offered(can bool, modules ...ModuleOffer) Offer {
	return Offer{Current: fjord(), New: fjord(), CanBeActivated: can, Modules: modules}
}

// with changes an offer.
func (o Offer) with(change func(*Offer)) Offer {
	change(&o)
	return o
}

func TestCompare(t *testing.T) {
	sales := both(seat("Sales Premium", 20, 21, userPlan), seat("Sales Premium", 20, 17, userPlan))
	tests := []struct {
		name     string
		offer    Offer
		headline string
		severity Severity
		rows     []string // each module that changes: name, in use, now, new, change, who is to remove
	}{
		{"nothing at all", Offer{}, "The licence server has no licence for this owner.", OK, nil},
		{"nothing new", Offer{Current: fjord(), Modules: []ModuleOffer{from(seat("Sales", 1, 2))}},
			"The licence server has nothing new: the licence in force stays.", OK, nil},
		{"the same again, of which too many are in use", offered(true, both(seat("Sales", 5, 2), seat("Sales", 5, 2))),
			"The new licence can be activated, although 3 users would have to give up Sales.", Warning, []string{"Sales 5 2 2 unchanged, 3 users to remove"}},
		{"the same again", offered(false, both(seat("Sales", 1, 2), seat("Sales", 1, 2))), "The new licence is the same as the one in force.", OK, nil},
		{"more seats", offered(true, both(seat("Sales", 20, 21), seat("Sales", 20, 26))), "The new licence can be activated: it changes 1 module.", OK,
			[]string{"Sales 20 21 26 5 seats more"}},
		{"fewer seats, and enough", offered(true, both(seat("Sales", 20, 22), seat("Sales", 20, 21))), "The new licence can be activated: it changes 1 module.", OK,
			[]string{"Sales 20 22 21 1 seat fewer"}},
		{"too few seats", offered(false, sales), "The new licence cannot be activated until 3 users give up Sales Premium.", Warning,
			[]string{"Sales Premium 20 21 17 4 seats fewer, 3 users to remove"}},
		{"one too few", offered(false, both(seat("Sales", 20, 21), seat("Sales", 20, 19))), "The new licence cannot be activated until 1 user gives up Sales.", Warning,
			[]string{"Sales 20 21 19 2 seats fewer, 1 user to remove"}},
		{"two modules are short", offered(false, sales, both(seat("Reader", 3, 3, userPlan), seat("Reader", 3, 2, userPlan))),
			"The new licence cannot be activated until 1 user gives up Reader and 3 users give up Sales Premium.", Warning,
			[]string{"Reader 3 3 2 1 seat fewer, 1 user to remove", "Sales Premium 20 21 17 4 seats fewer, 3 users to remove"}},
		{"four modules are short", offered(false, from(seat("A", 1, 1)), from(seat("B", 2, 2)), from(seat("C", 3, 3)), from(seat("D", 4, 4)), to(seat("E", 0, 1))),
			"The new licence cannot be activated until 1 user gives up A and 2 users give up B; 2 more modules are short of seats.", Warning,
			[]string{"A 1 1 — removed, 1 user to remove", "B 2 2 — removed, 2 users to remove", "C 3 3 — removed, 3 users to remove", "D 4 4 — removed, 4 users to remove", "E 0 — 1 added"}},
		{"hidden modules follow from their plan, and are told", offered(false, both(seat("Sale", 25, 26, unseen), seat("Sale", 25, 20, unseen)), sales),
			"The new licence cannot be activated until 3 users give up Sales Premium.", Warning,
			[]string{"Sales Premium 20 21 17 4 seats fewer, 3 users to remove", "Sale 25 26 20 6 seats fewer, 5 users to remove (hidden)"}},
		{"a hidden module alone is short", offered(false, both(seat("Sale", 25, 26, unseen), seat("Sale", 25, 20, unseen))),
			"The new licence cannot be activated until 5 users give up Sale.", Warning, []string{"Sale 25 26 20 6 seats fewer, 5 users to remove (hidden)"}},
		{"over-assigned already, and not better", offered(false, both(seat("Sales", 22, 21), seat("Sales", 22, 21))),
			"The new licence cannot be activated until 1 user gives up Sales.", Warning, []string{"Sales 22 21 21 unchanged, 1 user to remove"}},
		{"NetServer counts more than the sum", offered(false, both(seat("Sales", 20, 21), seat("Sales", 20, 21, free(-2)))),
			"The new licence cannot be activated until 2 users give up Sales.", Warning, []string{"Sales 20 21 21 unchanged, 2 users to remove"}},
		{"NetServer counts less than the sum", offered(true, both(seat("Sales", 20, 21), seat("Sales", 20, 17, free(1)))),
			"The new licence can be activated: it changes 1 module.", OK, []string{"Sales 20 21 17 4 seats fewer"}},
		{"NetServer would take it all the same", offered(true, sales), "The new licence can be activated, although 3 users would have to give up Sales Premium.", Warning,
			[]string{"Sales Premium 20 21 17 4 seats fewer, 3 users to remove"}},
		{"it is refused for another reason", offered(false, to(seat("Sales", 0, 1))).with(func(o *Offer) { o.Reason = "The agreement is not paid." }),
			"The new licence cannot be activated: The agreement is not paid.", Warning, []string{"Sales 0 — 1 added"}},
		{"the same, and refused", offered(false).with(func(o *Offer) { o.Reason = "Paid?\r\nNo" }), "The new licence cannot be activated: Paid? No.", Warning, nil},
		{"it is refused without a reason", offered(false, to(seat("Sales", 0, 1))), "The new licence cannot be activated, and NetServer does not say why.", Warning,
			[]string{"Sales 0 — 1 added"}},
		{"a first licence", offered(true, to(seat("Sales", 0, 5))).with(func(o *Offer) { o.Current = nil }), "A first licence is ready and can be activated.", OK,
			[]string{"Sales 0 — 5 added"}},
		{"a new licence whose modules are not told", offered(true, from(seat("Sales", 1, 2)), from(seat("Reader", 1, 2))),
			"A new licence is ready, but the licence server does not tell which modules it has.", Unknown, nil},
		{"licences without any module", offered(true).with(func(o *Offer) { o.New.Company = "Fjord Group AS" }),
			"The new licence can be activated: it changes the company.", OK, nil},
		{"company, serial number and a date", offered(true, to(seat("Sales", 0, 1))).with(func(o *Offer) {
			o.New.Company, o.New.Serial, o.New.Description, o.New.Dates.Expiry = "x", "y", "z", caldate.Never
		}), "The new licence can be activated: it changes 1 module, 1 date, the description, the company and the serial number.", OK, []string{"Sales 0 — 1 added"}},
		{"a limit that is lifted", offered(true, both(seat("Sales", 30, 21), seat("Sales", 30, 1, unlimited))), "The new licence can be activated: it changes 1 module.", OK,
			[]string{"Sales 30 21 no limit no limit any more"}},
		{"a limit that is new", offered(false, both(seat("External", 214, 1, unlimited), seat("External", 214, 100))),
			"The new licence cannot be activated until 114 users give up External.", Warning, []string{"External 214 no limit 100 limited now, 114 users to remove"}},
		{"another number of what is not counted", offered(true, both(seat("External", 9, 1, unlimited), seat("External", 9, 5, unlimited, free(-4)))),
			"The new licence is the same as the one in force.", OK, nil},
		{"a site licence goes", offered(true, from(seat("ERP Sync", 1, 1, siteWide)), to(seat("Sales", 0, 1))), "The new licence can be activated: it changes 2 modules.", OK,
			[]string{"ERP Sync 1 1 — removed", "Sales 0 — 1 added"}},
		{"satellites", offered(false, both(seat("Satellite", 3, 3, ofType(satelliteLicence)), seat("Satellite", 3, 1, ofType(satelliteLicence)))),
			"The new licence cannot be activated until 2 satellites give up Satellite.", Warning, []string{"Satellite 3 3 1 2 seats fewer, 2 satellites to remove"}},
		{"another name, type and place", offered(true, both(seat("Sales", 0, 1), seat("sales", 0, 1, called("Selling"), siteWide, unseen, userPlan))),
			"The new licence can be activated: it changes 1 module.", OK,
			[]string{"Sales 0 1 1 now called Selling, now a licence for the whole site, hidden now, a user plan now"}},
		{"and back", offered(true, both(seat("sales", 0, 1, siteWide, unseen, userPlan), seat("Sales", 0, 1, ofType("Weird\u202eType")))),
			"The new licence can be activated: it changes 1 module.", OK,
			[]string{"sales 0 1 1 now of type WeirdType, not hidden any more, no user plan any more"}},
		{"two halves of one module", offered(true, to(seat("Sales", 0, 26)), from(seat("Sales", 20, 21))), "The new licence can be activated: it changes 1 module.", OK,
			[]string{"Sales 20 21 26 5 seats more"}},
		{"a name that comes twice", offered(true, from(seat("Sales", 3, 5)), from(seat("Sales", 4, 6)), to(seat("Sales", 3, 6)), to(seat("Sales", 4, 6))),
			"The new licence can be activated: it changes 1 module.", OK, []string{"Sales 3 5 6 1 seat more"}},
		{"a name that comes twice, and then once", offered(false, both(seat("Sales", 3, 5), seat("Sales", 3, 5)), from(seat("Sales", 4, 6))),
			"The new licence cannot be activated until 4 users give up Sales.", Warning, []string{"Sales 4 6 — removed, 4 users to remove"}},
		{"a pair of nothing", offered(true, ModuleOffer{}, to(seat("Sales", 0, 1))), "The new licence can be activated: it changes 1 module.", OK, []string{"Sales 0 — 1 added"}},
		{"user plans first, hidden ones last", offered(true, to(seat("A", 0, 1, unseen)), to(seat("B", 0, 1)), to(seat("C", 0, 1, userPlan)), to(seat("D", 0, 1, userPlan, unseen))),
			"The new licence can be activated: it changes 4 modules.", OK, []string{"C 0 — 1 added", "B 0 — 1 added", "A 0 — 1 added (hidden)", "D 0 — 1 added (hidden)"}},
		{"a module without a description", offered(true, to(seat("Sales", 0, 1, called("")))), "The new licence can be activated: it changes 1 module.", OK, []string{"sales 0 — 1 added"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Compare(tt.offer)
			if c.Headline != tt.headline || c.Severity != tt.severity {
				t.Errorf("it says %v: %q, want %v: %q", c.Severity, c.Headline, tt.severity, tt.headline)
			}
			var rows []string
			for _, m := range c.Modules {
				row := fmt.Sprintf("%s %d %s %s %s", m.Name, m.InUse, SeatWords(m.Now), SeatWords(m.New), m.Words())
				if m.Short > 0 {
					row += ", " + m.ShortWords()
				}
				if m.Hidden() {
					row += " (hidden)"
				}
				rows = append(rows, row)
			}
			if !slices.Equal(rows, tt.rows) {
				t.Errorf("the modules are\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(tt.rows, "\n"))
			}
		})
	}
}

func TestWhatStaysIsCounted(t *testing.T) {
	same := func(change ...func(*Module)) ModuleOffer {
		return both(seat("Same", 0, 1, change...), seat("Same", 0, 1, change...))
	}
	for _, tt := range []struct {
		want  string
		offer Offer
	}{
		{"Unchanged: 2 modules and 1 hidden one.", offered(true, same(), same(unseen), same(siteWide), to(seat("New", 0, 1)))},
		{"Unchanged: 1 module.", offered(true, same())},
		{"Unchanged: 2 hidden modules.", offered(true, same(unseen), same(unseen))},
		{"No module stays as it is.", offered(true, to(seat("New", 0, 1)))},
		{"Neither licence lists a module.", offered(true)},
		{"The licence server did not tell the modules of the new licence.", offered(true, from(seat("Old", 0, 1)))},
	} {
		if got := Compare(tt.offer).SameWords(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestCompareLeavesItsOfferAlone(t *testing.T) {
	o := offered(true, to(seat("Sales", 0, 26)), from(seat("Sales", 20, 21)))
	Compare(o)
	if o.Modules[0].Current != nil || o.Modules[1].New != nil || len(o.Modules) != 2 {
		t.Errorf("the offer has become %+v", o.Modules)
	}
}

func TestTheTextForATicket(t *testing.T) {
	o := offered(false, both(seat("Sales Premium", 20, 21, userPlan), seat("Sales Premium", 20, 17, userPlan)), both(seat("Sale", 1, 30, unseen), seat("Sale", 1, 26, unseen)),
		both(seat("Reader", 1, 2), seat("Reader", 1, 2)))
	o.New.Company, o.New.Dates.Expiry = "Fjord Group AS", caldate.New(2028, 3, 26)
	o.Reason = "More are assigned."
	site := Site{Name: "Head office", URL: "https://svc:hunter2@crm.example.com/Remote/?token=hunter2#hunter2", Services: "Services86"}
	got := Compare(o).Text(site, "SUPEROFFICE", time.Date(2026, 11, 22, 12, 5, 0, 0, time.UTC))
	const want = `Site:       Head office
Address:    https://crm.example.com/Remote/
Services:   Services86
Owner:      SUPEROFFICE
Asked at:   22 November 2026, 12:05
Outcome:    The new licence cannot be activated until 3 users give up Sales Premium.
Reason:     More are assigned.

Licence
                   Now              New
Licence            SuperOffice AS   SuperOffice AS   unchanged
Company            Fjord AS         Fjord Group AS   changed
Serial number      1010000014       1010000014       unchanged
Next check         none             none             unchanged
Reminders begin    none             none             unchanged
Maintenance ends   none             none             unchanged
Licence expires    27 March 2027    26 March 2028    365 days later
Modules stop       8 April 2027     8 April 2027     unchanged

Modules that change
Module          Name            In use   Now   New   Change
Sales Premium   sales-premium   20       21    17    4 seats fewer; 3 users to remove
Sale            sale            1        30    26    4 seats fewer (hidden)

Unchanged: 1 module.
`
	if got != want {
		t.Errorf("the text is\n%s\nwant\n%s", got, want)
	}
	short := Compare(Offer{Current: fjord()}).Text(site, "SUPEROFFICE", time.Now())
	if !strings.Contains(short, "nothing new") || strings.Contains(short, "Modules") {
		t.Errorf("of nothing new the text is\n%s", short)
	}
}

func TestTheTextForATicketIsSafe(t *testing.T) {
	const bad = "\u202eevil\r\n\t=1+1\x1b[31m\u0000" + "\tSite:\tother"
	long := strings.Repeat("W", 3000)
	for _, hostile := range []string{bad, long, "名前" + long} {
		o := offered(false, both(seat(hostile, 2, 2), seat(hostile, 2, 1, called(hostile+"x"), ofType(hostile))), to(seat(hostile, 0, 1)))
		o.Reason, o.New.Company, o.Current.Serial, o.New.Description = hostile, hostile, hostile, hostile
		text := Compare(o).Text(Site{Name: hostile, URL: "https://crm.example/" + hostile, Services: hostile}, hostile, time.Now())
		if strings.ContainsAny(text, "\t\r\x1b\x00\u202e") || len(text) > 10000 {
			t.Errorf("the text is %d bytes, with what belongs to the server:\n%q", len(text), text)
		}
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(line, "=") || utf8.RuneCountInString(line) > 700 {
				t.Errorf("a line is %q", line)
			}
		}
	}
}
