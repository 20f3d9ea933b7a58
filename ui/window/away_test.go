package window

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// absence is what happened while nobody looked: one owner got worse, one is in order again, a site could not be read, and the network
// was away.
func absence() monitor.Past {
	offline := monitor.Finding{Kind: monitor.FindingOffline, Severity: monitor.Unknown, Text: "No site answers."}
	return monitor.Past{
		Since: when(43.5),
		Events: []monitor.Event{
			{At: when(40), Site: "Bravo", Owner: "IZIGO", From: monitor.Unknown, Gone: []monitor.Finding{outdated}},
			change(30, monitor.OK, monitor.Warning, []monitor.Finding{soon}, nil),
			{At: when(20), Network: monitor.NetworkDirect, To: monitor.Unknown, Appeared: []monitor.Finding{offline}},
			{At: when(19), Network: monitor.NetworkDirect, From: monitor.Unknown, Gone: []monitor.Finding{offline}},
			{At: when(10), Site: "Nord", To: monitor.Unknown, Appeared: []monitor.Finding{refused}},
			change(5, monitor.Warning, monitor.Critical, []monitor.Finding{expired}, []monitor.Finding{soon}),
			{At: when(4), Site: "Gone", Owner: "X", From: monitor.Warning},
		},
		Tellings: []monitor.Telling{{At: when(4.9), Title: "Zulu: expired", Outcome: monitor.Sent, About: []monitor.Subject{zulu}}},
	}
}

const sinceFriday = "Since Friday 16:30: 7 changes, 2 need you."

func TestTheCardSaysWhatHappenedWhileNobodyLooked(t *testing.T) {
	agent := &fake{away: absence()}
	w := open(t, agent, fleet()...)
	w.reads(t, sinceFriday)
	sites := fleet()
	sites[3] = site("Zulu", owner("SUPEROFFICE", 300, fine))
	w.does(func() { w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: sites}}) })
	w.reads(t, "Since Friday 16:30: 7 changes, 1 needs you.")
	w.does(func() { w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet()[:1]}}) })
	w.reads(t, "Since Friday 16:30: 7 changes, nothing needs you now.")
	w.press(t, "Show")
	w.key(fyne.KeyEscape)
	w.reads(t, "Since Friday 16:30: 7 changes")
	w.does(w.away.close)
	w.Lost("The agent has ended.")
	w.does(func() {
		w.Show(link.View{Snapshot: monitor.Snapshot{At: noon, Sites: fleet()}, Raise: 1, Focus: link.Target{Site: "Zulu"}})
	})
	if strings.Contains(w.texts(), "Since Friday") || agent.looked != 1 {
		t.Errorf("a card that was closed comes back, or the agent was asked %d times", agent.looked)
	}
}

func TestNoCardWithoutNews(t *testing.T) {
	w := open(t, &fake{away: monitor.Past{Since: when(43)}}, fleet()...)
	if w.away.card.Visible() || strings.Contains(w.texts(), "Since") {
		t.Error("a card says that nothing happened")
	}
	w = open(t, &fake{unread: errors.New("the history cannot be read: the disk is gone")}, fleet()...)
	w.reads(t, "The history cannot be read: the disk is gone.")
}

func TestTheCardOfAFirstLookAndOfTheDemo(t *testing.T) {
	past := absence()
	past.Since, past.Invented = time.Time{}, true
	w := open(t, &fake{away: past}, fleet()...)
	w.reads(t, "Since Friday 20:00: 7 changes, 2 need you. Partly invented.")
	w.press(t, "Show")
	w.reads(t, "Some of this is invented: the demo made it up.")
}

func TestThePageOfWhatHappened(t *testing.T) {
	w := open(t, &fake{away: absence()}, fleet()...)
	w.press(t, "Show")
	w.reads(t, "Since Friday 16:30", "SUPEROFFICE · Zulu", "Now: Expired, in grace", "07:00", "The licence expired.",
		"Notification sent at 07:06: Zulu: expired", "No notification about it is on record.", "Now: Sign-in refused", "Now: OK",
		"X · Gone", "Now: no longer watched", "This computer's network", "Now: works", "No longer: No site answers.")
	text, before := w.texts(), -1
	for _, name := range []string{"SUPEROFFICE · Zulu", "Nord", "IZIGO · Bravo", "X · Gone"} { // the worst now first
		at := strings.Index(text, name)
		if at <= before {
			t.Errorf("%s is not where it belongs in:\n%s", name, text)
		}
		before = at
	}
	if strings.Index(text, "The licence expired.") > strings.Index(text, "Renew it.") {
		t.Error("the latest event of an owner does not come first")
	}
	if b, ok := w.win.Canvas().Focused().(*button); !ok || b.Text != "Go to it" {
		t.Fatalf("the focus is on %v, not on the way to the worst", w.win.Canvas().Focused())
	}
	w.key(fyne.KeyReturn)
	if w.page != nil || !w.detailOpen() || w.detail.row.key != (key{"Zulu", "SUPEROFFICE"}) {
		t.Error("the way to the row does not lead there")
	}
}

func TestAnOutageThatLasts(t *testing.T) {
	w := open(t, &fake{away: absence()}, fleet()...)
	s := monitor.Snapshot{At: noon, Sites: fleet(), Outages: []monitor.Outage{{Network: monitor.NetworkDirect,
		Finding: monitor.Finding{Kind: monitor.FindingOffline, Severity: monitor.Unknown, Text: "No site answers."}}}}
	w.does(func() { w.Show(link.View{Snapshot: s}) })
	w.reads(t, "7 changes, 3 need you.")
	w.press(t, "Show")
	w.reads(t, "Now: Offline")
}

func TestHostileNewsSizesNothing(t *testing.T) {
	f := monitor.Finding{Kind: endless, Title: endless, Text: endless, Action: endless, Severity: monitor.Critical}
	e := monitor.Event{At: when(1), Site: endless, Owner: endless, To: monitor.Critical, Appeared: []monitor.Finding{f}, Gone: []monitor.Finding{f}}
	past := monitor.Past{Since: when(9), Events: []monitor.Event{e}, Bands: []monitor.Band{{From: when(9), Until: noon, Text: endless}},
		Tellings: []monitor.Telling{{At: when(0.5), Title: endless, Why: endless, Outcome: monitor.Failed, About: []monitor.Subject{{Site: endless, Owner: endless}}}}}
	w := open(t, &fake{away: past, past: past}, hostileSite(endless))
	w.win.Resize(fyne.NewSize(560, 400))
	small := func(what string) {
		t.Helper()
		if got := w.least(); got.Width > 560 || got.Height > 360 {
			t.Errorf("with %s the window cannot be smaller than %v", what, got)
		}
	}
	small("the card")
	w.press(t, "Show")
	small("the page")
	w.key(fyne.KeyEscape)
	w.key(fyne.KeyDown)
	w.ctrl(fyne.KeyT)
	small("the timeline")
	w.does(func() { w.page.reached(w.lines()[0]) })
	w.typeKey(fyne.KeySpace)
	small("an event")
}
