package window

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
)

// snoozeLengths are for how long something may be snoozed; the last asks for a day.
var snoozeLengths = []string{"For 1 hour", "Until tomorrow 08:00", "Until another day"}

// handForm asks of what to acknowledge or snooze something, and why.
type handForm struct {
	page
	subjects []monitor.Subject // in the order of the choice
	of       *choice
	length   *choice // nil: it acknowledges
	day      *entry
	note     *entry
	dayIn    *field
	do       *button
}

// acknowledge asks about the troubles of a row.
func (w *Window) acknowledge(of key) { w.openHand(of, false) }

// snooze asks about its notifications.
func (w *Window) snooze(of key) { w.openHand(of, true) }

// atRow does something about the row with the cursor.
func (w *Window) atRow(do func(key)) {
	if at := w.table.at(); at >= 0 {
		do(w.table.shown[at].key)
	}
}

func (w *Window) openHand(at key, snooze bool) {
	i := slices.IndexFunc(w.table.all, func(r *row) bool { return r.key == at })
	if w.now.lost != "" || w.page != nil || i < 0 {
		return
	}
	r := w.table.all[i]
	f := &handForm{page: page{w: w}, note: newEntry(w, ""), day: newEntry(w, "2027-01-31")}
	f.choose(r)
	f.note.OnSubmitted = func(string) { f.start() }
	f.note.OnChanged = func(string) { f.changed = true }
	why := newField("Note", f.note)
	why.advise("Why, for you and others who look: it may stay empty.")
	of := newField("Of", f.of)
	fields := []*field{of, why}
	heading, verb := "Acknowledge", "Acknowledge"
	words := "It stays listed and keeps its severity, but leaves the icon's colour. Nothing reminds of it until it changes or grows worse."
	if snooze {
		heading, verb = "Snooze notifications", "Snooze"
		words = "Checks go on. What would be told is held until then and told together. It ends earlier when something grows worse."
		f.askLength()
		fields = []*field{of, newField("How long", f.length), f.dayIn, why}
	}
	f.do = newButton(w, verb, nil, f.start)
	f.do.Importance = widget.HighImportance
	buttons := container.NewHBox(layout.NewSpacer(), newButton(w, "Cancel", nil, f.leave), f.do)
	w.openPage(&f.page, heading, container.NewVBox(grid(fields...), quiet(words)), buttons, f.note)
}

// choose offers the row, its site, and everything.
func (f *handForm) choose(r *row) {
	site := monitor.Harmless(r.site, 60)
	words := []string{site, "Everything"}
	f.subjects = []monitor.Subject{{Site: r.site}, {}}
	if r.owner != nil {
		words = []string{monitor.Harmless(r.key.owner, 60) + " at " + site, site + " with all its owners", "Everything"}
		f.subjects = slices.Insert(f.subjects, 0, r.subject())
	}
	f.of = newChoice(f.w, words, nil)
	f.of.Selected = words[0]
}

// askLength adds the choice of how long.
func (f *handForm) askLength() {
	f.dayIn = newField("Until", f.day)
	f.dayIn.advise("A day, such as 2027-01-31, which means 08:00, or 2027-01-31 14:30.")
	f.day.OnChanged = func(string) { f.dayIn.blame("") }
	f.day.OnSubmitted = func(string) { f.start() }
	f.length = newChoice(f.w, snoozeLengths, nil)
	f.length.Selected = snoozeLengths[0]
	f.length.OnChanged = func(s string) { visible(s == snoozeLengths[2], f.dayIn.name, f.dayIn.box) }
	visible(false, f.dayIn.name, f.dayIn.box)
}

// until is when the snooze ends; what is wrong with the day otherwise.
func (f *handForm) until(now time.Time) (end time.Time, wrong string) {
	switch f.length.Selected {
	case snoozeLengths[0]:
		return now.Add(time.Hour), ""
	case snoozeLengths[1]:
		return monitor.Tomorrow(now), ""
	}
	end, ok := monitor.ReadEnd(f.day.Text, now)
	switch {
	case !ok:
		return end, "This is not a day; write it as 2027-01-31."
	case !end.After(now):
		return end, "This is past: name a day to come."
	}
	return end, ""
}

// start has the agent do it, and closes the form.
func (f *handForm) start() {
	of := f.subjects[max(0, slices.Index(f.of.Options, f.of.Selected))]
	note, call := f.note.Text, f.w.agent.Acknowledge
	if f.length != nil {
		end, wrong := f.until(time.Now())
		f.dayIn.blame(wrong)
		if wrong != "" {
			f.w.win.Canvas().Focus(f.day)
			return
		}
		call = func(ctx context.Context, of monitor.Subject, note string) error {
			return f.w.agent.Snooze(ctx, of, end, note)
		}
	}
	f.do.Disable()
	f.w.ask(func(ctx context.Context) error { return call(ctx, of, note) }, func(err error) {
		f.do.Enable()
		f.w.complain(err)
		if err == nil && f.w.page == &f.page {
			f.w.closePage()
		}
	})
}

// resume takes back what was said of a row, be it as a part of something larger.
func (w *Window) resume(at key) {
	i := slices.IndexFunc(w.table.all, func(r *row) bool { return r.key == at })
	if w.now.lost != "" || i < 0 {
		return
	}
	x := w.table.all[i].said
	w.tell(func(ctx context.Context) error {
		if x.snoozed {
			if err := w.agent.Snooze(ctx, x.snooze.Subject, time.Time{}, ""); err != nil {
				return err
			}
		}
		if x.known {
			return w.agent.Resume(ctx, x.ack.Subject)
		}
		return nil
	})
}
