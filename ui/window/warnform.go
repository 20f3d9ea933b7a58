package window

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// warnForm is the page "When to warn": how early, for all sites, for one of them and for one of its owners. What is left empty
// there is as it is said above, and the empty field shows how that is.
type warnForm struct {
	page
	settings link.Settings
	site     link.SiteForm // as it is saved; without a name: the page is about all sites alone
	owner    string        // empty: about the site and all sites
	levels   []*warnLevel  // the most general first
	save     *button
}

// warnLevel is what holds for all sites, for a site or for an owner.
type warnLevel struct {
	was           monitor.Limits
	like          string // what an empty field means; "" at the top, where none may be empty
	ladder, seats *entry
	days, free    *field
}

// warnWhen asks the agent for what holds and opens the page about an owner, about a site if owner is empty, or about all sites.
func (w *Window) warnWhen(site, owner string) {
	if w.now.lost != "" || w.page != nil {
		return
	}
	var now link.Settings
	var form link.SiteForm
	w.ask(func(ctx context.Context) (err error) {
		if now, err = w.agent.Settings(ctx); err != nil || site == "" {
			return err
		}
		sites, err := w.agent.Sites(ctx)
		i := slices.IndexFunc(sites, func(f link.SiteForm) bool { return f.Name == site })
		if err == nil && i < 0 {
			err = fmt.Errorf("%s is no longer among the sites", site)
		}
		if err == nil {
			form = sites[i]
			form.Was = site
		}
		return err
	}, func(err error) {
		w.complain(err)
		if err == nil && w.page == nil {
			w.openWarnForm(now, form, owner)
		}
	})
}

func (w *Window) openWarnForm(now link.Settings, site link.SiteForm, owner string) *warnForm {
	f := &warnForm{page: page{w: w}, settings: now, site: site, owner: owner}
	fields := container.NewVBox(quiet("A warning comes at each of these days before a licence ends, and when a user licence has this few free seats left. "+
		"The issuer's own warning date, and more users than seats, are told in any case."),
		f.level("All sites", "", now.Limits))
	if site.Was != "" {
		fields.Add(f.level(monitor.Harmless(site.Name, 80), "as for all sites", site.Limits))
	}
	if owner != "" {
		fields.Add(f.level(monitor.Harmless(owner, 80)+" at "+monitor.Harmless(site.Name, 80), "as for the site", ownLimits(site.OwnerLimits, owner)))
	}
	f.save = newButton(w, "Save", theme.DocumentSaveIcon(), f.store)
	f.save.Importance = widget.HighImportance
	buttons := container.NewHBox(layout.NewSpacer(), newButton(w, "Cancel", nil, f.leave), f.save)
	f.check()
	w.openPage(&f.page, "When to warn", fields, buttons, f.levels[len(f.levels)-1].ladder)
	return f
}

// level is the part of the form for what holds at one level.
func (f *warnForm) level(name, like string, was monitor.Limits) fyne.CanvasObject {
	l := &warnLevel{was: was, like: like, ladder: newEntry(f.w, ""), seats: newEntry(f.w, "")}
	l.ladder.Text, l.seats.Text = ladderText(was.Ladder), seatsText(was.FreeSeats)
	l.days, l.free = newField("Days before the end", l.ladder), newField("Free seats", l.seats)
	if like == "" {
		l.days.advise("Such as “60, 30, 14”. “off”: the issuer's warning date alone.")
		l.free.advise("The most that are worth a warning. “off”: none.")
	}
	for _, e := range []*entry{l.ladder, l.seats} {
		e.OnChanged = func(string) {
			f.changed = true
			f.check()
		}
		e.OnSubmitted = func(string) { f.store() }
	}
	f.levels = append(f.levels, l)
	head := title(name)
	head.Truncation = fyne.TextTruncateEllipsis
	return container.NewVBox(head, grid(l.days, l.free))
}

// check shows what is wrong with the inputs, and what empty ones mean. It returns the limits of each level.
func (f *warnForm) check() (limits []monitor.Limits, ok bool) {
	var above monitor.Limits
	ok = true
	for _, l := range f.levels {
		if l.like != "" {
			l.ladder.SetPlaceHolder(l.like + ": " + ladderText(above.Ladder))
			l.seats.SetPlaceHolder(l.like + ": " + seatsText(above.FreeSeats))
		}
		ladder, wrong := readLadder(l.ladder.Text, l.like == "")
		l.days.blame(wrong)
		seats, wrongSeats := readFreeSeats(l.seats.Text, l.like == "")
		l.free.blame(wrongSeats)
		ok = ok && wrong == "" && wrongSeats == ""
		own := monitor.Limits{Ladder: ladder, FreeSeats: seats}
		limits, above = append(limits, own), above.Under(own)
	}
	return limits, ok
}

// store saves what has changed and closes the page.
func (f *warnForm) store() {
	limits, ok := f.check()
	if !ok {
		var fields []*field
		for _, l := range f.levels {
			fields = append(fields, l.days, l.free)
		}
		f.focusFault(fields...)
		return
	}
	if f.save.Disabled() { // it is being saved already
		return
	}
	f.save.Disable()
	f.w.ask(func(ctx context.Context) error { return f.send(ctx, limits) }, func(err error) {
		f.save.Enable()
		f.w.complain(err)
		if err == nil && f.w.page == &f.page {
			f.w.closePage()
			f.w.bar.note("When to warn is saved.")
		}
	})
}

// send has the agent keep the limits of those levels where they have changed.
func (f *warnForm) send(ctx context.Context, limits []monitor.Limits) error {
	changed := func(i int) bool { return i < len(limits) && !reflect.DeepEqual(limits[i], f.levels[i].was) }
	if changed(0) {
		s := f.settings
		s.Limits = limits[0]
		if err := f.w.agent.SaveSettings(ctx, s); err != nil {
			return err
		}
	}
	if !changed(1) && !changed(2) {
		return nil
	}
	s := f.site
	s.Limits = limits[1]
	if len(limits) > 2 {
		s.OwnerLimits = withOwner(s.OwnerLimits, f.owner, limits[2])
	}
	return f.w.agent.Save(ctx, s)
}

// ownLimits are those of one owner, in whatever case its name is written.
func ownLimits(all []monitor.OwnerLimits, owner string) monitor.Limits {
	for _, o := range all {
		if strings.EqualFold(o.Owner, owner) {
			return o.Limits
		}
	}
	return monitor.Limits{}
}

// withOwner is all with the limits of one owner; without that owner if it has none of its own.
func withOwner(all []monitor.OwnerLimits, owner string, limits monitor.Limits) []monitor.OwnerLimits {
	at := slices.IndexFunc(all, func(o monitor.OwnerLimits) bool { return strings.EqualFold(o.Owner, owner) })
	none := limits.Ladder == nil && limits.FreeSeats == nil
	all = slices.Clone(all)
	switch {
	case at >= 0 && none:
		return slices.Delete(all, at, at+1)
	case at >= 0:
		all[at].Limits = limits
	case !none:
		all = append(all, monitor.OwnerLimits{Owner: owner, Limits: limits})
	}
	return all
}
