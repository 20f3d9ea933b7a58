//go:build unix

package agent

import (
	"strings"
	"testing"

	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

func TestTheWindowAsksForOffersAndShops(t *testing.T) {
	s := begin(t, head)
	s.shows(head, monitor.OK)
	of := link.Target{Site: head, Owner: "SUPEROFFICE"}
	if err := s.sim.Do(head + " SUPEROFFICE offer seats ten-sales 15"); err != nil {
		t.Fatal(err)
	}
	before := s.secrets.retries()
	o, err := s.client.Offer(t.Context(), of)
	if want := "The new licence cannot be activated until 2 users give up Sales Premium."; err != nil || monitor.Compare(o).Headline != want {
		t.Errorf("the offer is %+v, %v: %q, want %q", o, err, monitor.Compare(o).Headline, want)
	}
	shop, err := s.client.Shop(t.Context(), of)
	if err != nil || !strings.HasPrefix(shop, "https://shop.superoffice.example/") {
		t.Errorf("the shop is %q, %v", shop, err)
	}
	if got := s.secrets.retries(); got != before+2 {
		t.Errorf("the keyring was asked again %d times, want 2: it is a person's wish", got-before)
	}
}

func TestWhyThereIsNoOfferIsSaidInSentences(t *testing.T) {
	s := begin(t, head)
	if err := s.sim.Do(head + ` SUPEROFFICE fault exception-type WebException "Unable to connect to the remote server"`); err != nil {
		t.Fatal(err)
	}
	_, offer := s.client.Offer(t.Context(), link.Target{Site: head, Owner: "SUPEROFFICE"})
	_, shop := s.client.Shop(t.Context(), link.Target{Site: head, Owner: "SUPEROFFICE"})
	for _, err := range []error{offer, shop} {
		if err == nil || !strings.HasSuffix(err.Error(), "NetServer reports an error: Unable to connect to the remote server. "+
			"Let the server out to https://license.superoffice.com, or to the licence server of the add-on's vendor.") {
			t.Errorf("it says %v", err)
		}
	}
	if _, err := s.client.Shop(t.Context(), link.Target{Site: "Nowhere", Owner: "SUPEROFFICE"}); err == nil || err.Error() != "the site is not set up. Add it in the window or in the settings file." {
		t.Errorf("of a site that is not set up it says %v", err)
	}
}
