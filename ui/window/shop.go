package window

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2/widget"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// openShop asks the owner's licence server where its shop is, and opens it once somebody has seen the host. Where another page was
// opened meanwhile, it asks nothing.
func (w *Window) openShop(site, owner string) {
	if w.now.lost != "" {
		return
	}
	issuer := monitor.Harmless(owner, 60)
	w.bar.note("Asking where " + issuer + " has its shop…")
	var address string
	w.ask(func(ctx context.Context) (err error) {
		address, err = w.agent.Shop(ctx, link.Target{Site: site, Owner: owner})
		return err
	}, func(err error) {
		w.bar.note("")
		u, host, ok := webLink(address)
		switch {
		case err != nil:
			w.complain(err)
		case !ok:
			w.complain(fmt.Errorf("the licence server of %s names no shop that can be opened: ask the issuer", issuer))
		case w.page == nil && w.question == nil:
			q := w.confirm(openWords(host)+"?", "This is where "+issuer+" sells licences, as its licence server says: "+spelled(u, host),
				"Open", "Cancel", func() { w.openLink(address) })
			q.yes.Importance = widget.HighImportance // nothing is lost
			q.yes.Refresh()
		}
	})
}

// openLicences opens the site's web client, and says where licences are in it.
func (w *Window) openLicences(address string) {
	w.openLink(address)
	w.bar.note("See Settings and maintenance, Licences.")
}
