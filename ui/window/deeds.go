package window

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// refresh asks for a read of an owner, of a site if owner is empty, or of all.
func (w *Window) refresh(site, owner string) {
	if w.now.lost == "" {
		w.tell(func(ctx context.Context) error { return w.agent.Refresh(ctx, site, owner) })
	}
}

// setPause stops the scheduled reads until then; the zero time resumes them.
func (w *Window) setPause(until time.Time) {
	w.tell(func(ctx context.Context) error { return w.agent.Pause(ctx, until) })
}

// readSeats asks how the seats of an owner were used since an instant. done is not called after cancel.
func (w *Window) readSeats(of link.Target, since time.Time, done func([]monitor.SeatSeries, error)) (cancel func()) {
	var series []monitor.SeatSeries
	return w.ask(func(ctx context.Context) (err error) {
		series, err = w.agent.Seats(ctx, of, since)
		return err
	}, func(err error) { done(series, err) })
}

// openLink opens an address that a server sent, if it is a web link. The button that calls it shows the
// host.
func (w *Window) openLink(address string) {
	u, _, ok := webLink(address)
	if !ok {
		return
	}
	w.complain(w.app.OpenURL(u))
}

// copy puts a text about a site on the clipboard.
func (w *Window) copy(text string) {
	if w.now.view.Demo {
		text += "\nThis is made up, for a demo.\n"
	}
	w.app.Clipboard().SetContent(text)
	w.bar.note("The details are on the clipboard.")
}

// addSite opens an empty form.
func (w *Window) addSite() {
	if w.now.lost == "" && w.now.seen && w.page == nil {
		w.openForm(link.SiteForm{Services: "Services86", SignIn: "password"})
	}
}

// editSite opens the form of a site.
func (w *Window) editSite(name string) {
	var sites []link.SiteForm
	w.ask(func(ctx context.Context) (err error) {
		sites, err = w.agent.Sites(ctx)
		return err
	}, func(err error) {
		i := slices.IndexFunc(sites, func(f link.SiteForm) bool { return f.Name == name })
		if err == nil && i < 0 {
			err = fmt.Errorf("%s is no longer among the sites", name)
		}
		if err != nil {
			w.complain(err)
			return
		}
		if w.page == nil {
			sites[i].Was = name
			w.openForm(sites[i])
		}
	})
}

// removeSite asks first.
func (w *Window) removeSite(name string) {
	if w.now.lost != "" {
		return
	}
	shown := monitor.Harmless(name, 60)
	text := fmt.Sprintf("Licensewatch will no longer watch %s, and forgets its sign-in. Nothing changes at the site itself.", shown)
	w.confirm("Remove "+shown+"?", text, "Remove", "Keep", func() {
		w.ask(func(ctx context.Context) error { return w.agent.Remove(ctx, name) }, func(err error) {
			w.complain(err)
			if err == nil && w.page != nil {
				w.closePage()
			}
		})
	})
}

// What the window remembers of itself. There is no secret among it.
const (
	prefWidth  = "width"
	prefHeight = "height"
	prefSplit  = "split"
	prefBy     = "sort by"
	prefDown   = "sort down"
)

// recall takes up size and order where they were left.
func (w *Window) recall() {
	p := w.app.Preferences()
	w.win.Resize(fyne.NewSize(
		float32(p.FloatWithFallback(prefWidth, 1180)), float32(p.FloatWithFallback(prefHeight, 720))))
	w.beside.Offset = min(max(p.FloatWithFallback(prefSplit, usualSplit), 0.3), 0.8)
	o := order{by: p.IntWithFallback(prefBy, problemsFirst.by), down: p.BoolWithFallback(prefDown, problemsFirst.down)}
	if o.by >= 0 && o.by < len(columns) {
		w.table.setOrder(o)
	}
}

func (w *Window) keepSize() {
	p, size := w.app.Preferences(), w.win.Canvas().Size()
	p.SetFloat(prefWidth, float64(size.Width))
	p.SetFloat(prefHeight, float64(size.Height))
	p.SetFloat(prefSplit, w.beside.Offset)
}

func (w *Window) keepOrder() {
	p := w.app.Preferences()
	p.SetInt(prefBy, w.table.order.by)
	p.SetBool(prefDown, w.table.order.down)
}
