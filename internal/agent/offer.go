package agent

import (
	"context"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// offer asks which licence waits for an owner. It is a person's wish, as refresh is.
func (a *Agent) offer(ctx context.Context, of link.Target) (monitor.Offer, error) {
	a.Secrets.Retry()
	o, err := a.source.Offer(ctx, of.Site, of.Owner)
	return o, worded(err)
}

// shop asks where an owner sells licences.
func (a *Agent) shop(ctx context.Context, of link.Target) (string, error) {
	a.Secrets.Retry()
	address, err := a.source.Shop(ctx, of.Site, of.Owner)
	return address, worded(err)
}
