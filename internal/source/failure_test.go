package source

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

func seats(m monitor.Module) string { return fmt.Sprintf("%d/%d/%d", m.Total, m.InUse, m.Free) }

func TestWhatServersSayIsMadeHarmless(t *testing.T) {
	f := Failure(&soapclient.Error{Kind: soapclient.KindServer, Text: "NetServer reports an error", Server: strings.Repeat("long\u202e ", 400)}, head)
	if len(f.Text) > 310 || strings.Contains(f.Text, "\u202e") {
		t.Errorf("text %q is not made harmless", f.Text)
	}
}

// until waits for try, with patience.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !try() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func TestAHangingHostDelaysNoOther(t *testing.T) {
	sim, sites := begin(t)
	do(t, sim, head+" fault hang")
	s := sourceOf(t, sites...)
	ctx, cancel := context.WithCancel(t.Context())
	hanging := make(chan error, 1)
	go func() {
		_, err := s.Details(ctx, head)
		hanging <- err
	}()
	until(t, "a request that hangs", func() bool { return sim.Requests(head, "") == 1 })
	read(t, s, oslo)

	short, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	_, err := s.Verdict(short, head, "SUPEROFFICE")
	wantFailure(t, err, monitor.KindTimeout, "", "")
	if n := sim.Requests(head, ""); n != 1 {
		t.Errorf("%d requests at the host at once, want 1", n)
	}
	cancel()
	if err := <-hanging; err == nil {
		t.Error("the hanging read ended well")
	}
	do(t, sim, head+" fault none")
	read(t, s, head) // who gave up does not hold the host
}

// within takes a place at the gate in a goroutine of its own, and leaves when told.
func within(ctx context.Context, g *gates, base string, taken chan<- error, leave <-chan struct{}) {
	go func() {
		out, err := g.of(base)(ctx)
		taken <- err
		if err == nil {
			<-leave
			out()
		}
	}()
}

func TestGates(t *testing.T) {
	t.Run("sixteen in flight, over all hosts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, taken, leave := newGates(), make(chan error, 20), make(chan struct{})
			for i := range 20 {
				within(t.Context(), g, fmt.Sprintf("https://host%d/", i), taken, leave)
			}
			synctest.Wait()
			if len(taken) != 16 {
				t.Errorf("%d requests are under way, want 16", len(taken))
			}
			leave <- struct{}{}
			synctest.Wait()
			if len(taken) != 17 {
				t.Errorf("after one left, %d have been let through, want 17", len(taken))
			}
			close(leave)
		})
	})
	t.Run("one at a host, however it is written", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, taken, leave := newGates(), make(chan error, 3), make(chan struct{})
			within(t.Context(), g, "https://crm.example/Remote/", taken, leave)
			synctest.Wait()
			within(t.Context(), g, "https://CRM.example/other/Remote/", taken, leave)
			within(t.Context(), g, "https://crm.example:8443/Remote/", taken, leave) // another server
			synctest.Wait()
			if len(taken) != 2 {
				t.Errorf("%d requests are under way, want one at each of two hosts", len(taken))
			}
			close(leave)
		})
	})
	t.Run("who gives up frees the host", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g, taken, leave := newGates(), make(chan error, 20), make(chan struct{})
			for i := range inFlight {
				within(t.Context(), g, fmt.Sprintf("https://host%d/", i), taken, leave)
			}
			synctest.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			late, impatient := make(chan error, 1), make(chan error, 2)
			within(ctx, g, "https://late/", impatient, leave) // waits for one of the sixteen
			synctest.Wait()
			within(ctx, g, "https://late/", impatient, leave) // waits for the host
			synctest.Wait()
			cancel()
			synctest.Wait()
			if len(impatient) != 2 || <-impatient == nil || <-impatient == nil {
				t.Error("a wait does not end with its context")
			}
			leave <- struct{}{}
			within(t.Context(), g, "https://late/", late, leave)
			synctest.Wait()
			if len(late) != 1 {
				t.Error("the host is still held by who gave up")
			}
			close(leave)
		})
	})
}

// roundTripper is a transport made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheTimeAtTheGateIsNotTheServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := settings.Site{Name: head, URL: "https://crm.example/Remote/", Services: "Services86", SignIn: "password", User: "admin"}
		s := New(passwords(site), []settings.Site{site})
		var left time.Duration
		s.plain = roundTripper(func(r *http.Request) (*http.Response, error) {
			deadline, _ := r.Context().Deadline()
			left = time.Until(deadline)
			return nil, io.ErrUnexpectedEOF
		})
		taken, leave, done := make(chan error, 1), make(chan struct{}), make(chan error)
		within(t.Context(), s.gates, site.URL, taken, leave)
		synctest.Wait()
		go func() {
			_, err := s.Details(t.Context(), head)
			done <- err
		}()
		time.Sleep(10 * time.Minute) // fake time
		close(leave)
		<-done
		if left != time.Minute {
			t.Errorf("after ten minutes at the gate the server has %v, want a minute", left)
		}
	})
}
