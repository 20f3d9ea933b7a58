package agent

import (
	"context"
	"errors"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// offer asks which licence waits for an owner. It is a person's wish, as refresh is.
func (a *Agent) offer(ctx context.Context, of link.Target) (monitor.Offer, error) {
	a.Secrets.Retry()
	o, err := a.source.Offer(ctx, of.Site, of.Owner)
	return o, told(err)
}

// shop asks where an owner sells licences.
func (a *Agent) shop(ctx context.Context, of link.Target) (string, error) {
	a.Secrets.Retry()
	address, err := a.source.Shop(ctx, of.Site, of.Owner)
	return address, told(err)
}

// told puts an error of the source into sentences for a window.
func told(err error) error {
	if f, ok := errors.AsType[*monitor.Failure](err); ok {
		return sentences(f)
	}
	return err
}
