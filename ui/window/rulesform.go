package window

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// rulesForm is the page about what is told and when: for all sites, or for one of them. What is left empty there is as for all sites, and
// the empty field shows how that is.
type rulesForm struct {
	page
	settings link.Settings
	sites    []link.SiteForm
	site     *link.SiteForm // nil: about all sites

	about, least, breaks             *choice
	critical, unknown, warning, zone *entry
	quiet, command                   *entry
	sound                            *check

	criticalIn, unknownIn, warningIn, quietIn, zoneIn, commandIn *field

	rehearsal *rehearsal
	save      *button
}

const allSites = "All sites"

// setRules asks the agent for what holds and opens the page about a site, about all sites if it is empty.
func (w *Window) setRules(site string) {
	if w.now.lost != "" || w.page != nil {
		return
	}
	var now link.Settings
	var sites []link.SiteForm
	w.ask(func(ctx context.Context) (err error) {
		if now, err = w.agent.Settings(ctx); err == nil {
			sites, err = w.agent.Sites(ctx)
		}
		return err
	}, func(err error) {
		w.complain(err)
		if err == nil && w.page == nil {
			w.openRules(now, sites, site)
		}
	})
}

func (w *Window) openRules(now link.Settings, sites []link.SiteForm, site string) *rulesForm {
	f := &rulesForm{page: page{w: w}, settings: now, sites: sites}
	f.settings.Rules = monitor.DefaultRules().Under(now.Rules)
	if i := slices.IndexFunc(sites, func(s link.SiteForm) bool { return s.Name == site }); i >= 0 {
		f.site = &sites[i]
		f.site.Was = site
	}
	f.make()
	f.fill()
	f.rehearsal = newRehearsal(&f.page, f.rehearse)
	f.save = newButton(w, "Save", theme.DocumentSaveIcon(), f.store)
	f.save.Importance = widget.HighImportance
	fields := container.NewVBox(grid(f.grid()...), f.rehearsal.box)
	buttons := container.NewHBox(layout.NewSpacer(), newButton(w, "Cancel", nil, f.leave), f.save)
	f.check()
	w.openPage(&f.page, "What is told", fields, buttons, f.about)
	return f
}

// make makes the inputs and their fields.
func (f *rulesForm) make() {
	w := f.w
	f.critical, f.unknown, f.warning, f.zone = newEntry(w, ""), newEntry(w, ""), newEntry(w, ""), newEntry(w, here)
	f.quiet, f.command = newLines(w, "none"), newLines(w, "none")
	f.about = newChoice(w, []string{allSites}, nil)
	f.about.Selected = allSites
	for _, s := range f.sites {
		f.about.Options = append(f.about.Options, s.Name)
	}
	f.least, f.breaks = newChoice(w, slices.Clone(loudness), nil), newChoice(w, slices.Clone(breaking), nil)
	f.sound = newCheck(w, "A sound with what is critical", nil)
	f.criticalIn, f.unknownIn, f.warningIn = newField("Remind: critical", f.critical), newField("Remind: not known", f.unknown), newField("Remind: warnings", f.warning)
	f.quietIn, f.zoneIn, f.commandIn = newField("Quiet hours", f.quiet), newField("Their time zone", f.zone), newField("Command", f.command)
	f.criticalIn.advise("How long until what stays is told again, such as “1 day” or “12h”; “off”: never. Dates that have passed come every day unless they are off.")
	f.commandIn.advise("Run for each event, which it gets as JSON on its standard input: the whole path of a program, then an argument a line.")
	if f.site == nil {
		return
	}
	all := f.settings.Rules
	f.about.Selected = f.site.Name
	f.least.Options = slices.Insert(f.least.Options, 0, asForAll+": "+loudness[*all.Least])
	f.breaks.Options = slices.Insert(f.breaks.Options, 0, asForAll+": "+breaking[index(*all.BreakQuiet)])
	like := func(e *entry, text string) { e.SetPlaceHolder("as for all sites: " + text) }
	like(f.critical, reminderText(all.RemindCritical))
	like(f.unknown, reminderText(all.RemindUnknown))
	like(f.warning, reminderText(all.RemindWarning))
	like(f.quiet, quietText(all.Quiet, false))
	like(f.zone, zoneText(all.Zone))
}

// newLines is an entry of several lines.
func newLines(k keys, hint string) *entry {
	e := newEntry(k, hint)
	e.MultiLine, e.Wrapping = true, fyne.TextWrapOff
	e.SetMinRowsVisible(3)
	return e
}

func index(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// fill puts what is saved into the inputs, and watches them.
func (f *rulesForm) fill() {
	r, general := f.settings.Rules, f.site == nil
	if !general {
		r = f.site.Rules
	}
	f.critical.Text, f.unknown.Text, f.warning.Text = reminderText(r.RemindCritical), reminderText(r.RemindUnknown), reminderText(r.RemindWarning)
	f.quiet.Text, f.zone.Text = quietText(r.Quiet, general), zoneText(r.Zone)
	f.least.Selected, f.breaks.Selected = f.least.Options[0], f.breaks.Options[0]
	if r.Least != nil {
		f.least.Selected = loudness[*r.Least]
	}
	if r.BreakQuiet != nil {
		f.breaks.Selected = breaking[index(*r.BreakQuiet)]
	}
	f.command.Text, f.sound.Checked = commandText(f.settings.Command), f.settings.Sound
	edited := func() {
		f.changed = true
		f.check()
		f.rehearsal.forget()
	}
	for _, e := range []*entry{f.critical, f.unknown, f.warning, f.quiet, f.zone, f.command} {
		e.OnChanged = func(string) { edited() }
		e.OnSubmitted = func(string) { f.store() }
	}
	f.least.OnChanged, f.breaks.OnChanged = func(string) { edited() }, func(string) { edited() }
	f.sound.OnChanged = func(bool) { edited() }
	f.about.OnChanged = f.turnTo
}

// grid are the fields that the page shows.
func (f *rulesForm) grid() []*field {
	list := []*field{newField("For", f.about), newField("Tell", f.least), f.criticalIn, f.unknownIn, f.warningIn, f.quietIn, f.zoneIn, newField("What is critical then", f.breaks)}
	if f.site == nil {
		list = append(list, newField("", f.sound), f.commandIn)
	}
	return list
}

// turnTo opens the page about another site, or about all.
func (f *rulesForm) turnTo(name string) {
	now := allSites
	if f.site != nil {
		now = f.site.Name
	}
	if name == now {
		return
	}
	f.about.Selected = now // should the user stay
	f.about.Refresh()
	f.leaveFor(func() { f.w.setRules(name) }) // of no site: about all
}

// check shows what is wrong with the inputs, and when it is quiet next. It returns the rules that they say.
func (f *rulesForm) check() (r monitor.Rules, command []string, ok bool) {
	general := f.site == nil
	ok = true
	blame := func(in *field, fault string) {
		in.blame(fault)
		ok = ok && fault == ""
	}
	var fault string
	r.RemindCritical, fault = readReminder(f.critical.Text, general)
	blame(f.criticalIn, fault)
	r.RemindUnknown, fault = readReminder(f.unknown.Text, general)
	blame(f.unknownIn, fault)
	r.RemindWarning, fault = readReminder(f.warning.Text, general)
	blame(f.warningIn, fault)
	r.Quiet, fault = readQuiet(f.quiet.Text, general)
	blame(f.quietIn, fault)
	r.Zone, fault = readZone(f.zone.Text, general)
	blame(f.zoneIn, fault)
	if general {
		command, fault = readCommand(f.command.Text)
		blame(f.commandIn, fault)
	}
	if i := slices.Index(loudness, f.least.Selected); i >= 0 {
		r.Least = new(monitor.Severity(i))
	}
	if i := slices.Index(breaking, f.breaks.Selected); i >= 0 {
		r.BreakQuiet = new(i == 1)
	}
	f.adviseQuiet(r)
	return r, command, ok
}

// adviseQuiet says how quiet hours are written, and when it is quiet next.
func (f *rulesForm) adviseQuiet(r monitor.Rules) {
	words := "A line each, such as “Mon-Fri 18:00-08:00”. What they hold is told as they end, all at once."
	if f.site != nil {
		words += fmt.Sprintf(" “%s”: none here.", none)
	}
	if next := nextQuiet(f.settings.Rules.Under(r), time.Now()); next != "" && f.quietIn.problem.Text == "" {
		words += " " + next
	}
	f.quietIn.advise(words)
}

// rehearse asks the agent what the rules that are on the page would have made of the past; false: something is wrong with them.
func (f *rulesForm) rehearse() (link.WhatIf, bool) {
	r, _, ok := f.check()
	if !ok {
		f.focusFault(f.faulty()...)
		return link.WhatIf{}, false
	}
	if f.site != nil {
		return link.WhatIf{Sites: map[string]monitor.Rules{f.site.Was: r}}, true
	}
	return link.WhatIf{Rules: r}, true
}

func (f *rulesForm) faulty() []*field {
	return []*field{f.criticalIn, f.unknownIn, f.warningIn, f.quietIn, f.zoneIn, f.commandIn}
}

// store saves what has changed and closes the page.
func (f *rulesForm) store() {
	r, command, ok := f.check()
	if !ok {
		f.focusFault(f.faulty()...)
		return
	}
	if f.save.Disabled() { // it is being saved already
		return
	}
	f.save.Disable()
	f.w.ask(func(ctx context.Context) error { return f.send(ctx, r, command) }, func(err error) {
		f.save.Enable()
		f.w.complain(err)
		if err == nil && f.w.page == &f.page {
			f.w.closePage()
			f.w.bar.note("What is told is saved.")
		}
	})
}

// send has the agent keep the rules if they have changed.
func (f *rulesForm) send(ctx context.Context, r monitor.Rules, command []string) error {
	if f.site != nil {
		s := *f.site
		if s.Rules = r; reflect.DeepEqual(r, f.site.Rules) {
			return nil
		}
		return f.w.agent.Save(ctx, s)
	}
	s := f.settings
	s.Rules, s.Sound, s.Command = r, f.sound.Checked, command
	if reflect.DeepEqual(s, f.settings) {
		return nil
	}
	return f.w.agent.SaveSettings(ctx, s)
}
