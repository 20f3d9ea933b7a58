package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"licensewatch/monitor"
)

// ErrNoAgent says that no agent answers at a place.
var ErrNoAgent = errors.New("no agent is running")

// Client talks to a running agent. Its methods return the agent's own words as errors.
type Client struct{ http *http.Client }

// Dial returns a client of the agent at p, or ErrNoAgent. It waits no longer than a second for its first word.
func Dial(ctx context.Context, p Place) (*Client, error) {
	c := &Client{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return p.dial(ctx) },
	}}}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := c.View(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// View returns what the agent shows at this moment.
func (c *Client) View(ctx context.Context) (View, error) {
	resp, err := c.send(ctx, http.MethodGet, "view", nil)
	if err != nil {
		return View{}, err
	}
	defer resp.Body.Close()
	v, err := receive(json.NewDecoder(resp.Body), newEnd())
	if err != nil {
		return View{}, fmt.Errorf("the agent's answer is not understood: %w", err)
	}
	return v, nil
}

// receive reads the frames of one view at an end that knows known.
func receive(in *json.Decoder, known *end) (View, error) {
	for {
		var f frame
		if err := in.Decode(&f); err != nil {
			return View{}, err
		}
		if v, complete := known.decode(f); complete {
			return v, nil
		}
	}
}

// Watch calls show with the present view and with every later one until ctx or the agent ends; its error
// says which.
func (c *Client) Watch(ctx context.Context, show func(View)) error {
	resp, err := c.send(ctx, http.MethodGet, "stream", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	in, known := json.NewDecoder(resp.Body), newEnd()
	for {
		v, err := receive(in, known)
		if ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			return ErrNoAgent
		}
		show(v)
	}
}

// Refresh asks for a read of all sites, of one, or of one owner.
func (c *Client) Refresh(ctx context.Context, site, owner string) error {
	return c.command(ctx, "refresh", Target{site, owner}, nil)
}

// Pause stops scheduled reads until then; a zero time lets them go on.
func (c *Client) Pause(ctx context.Context, until time.Time) error {
	return c.command(ctx, "pause", pause{until}, nil)
}

// Show opens the window or brings it to the front.
func (c *Client) Show(ctx context.Context) error { return c.command(ctx, "show", none{}, nil) }

// NoGL tells that the window cannot open here, so that the agent shows the report instead.
func (c *Client) NoGL(ctx context.Context, why string) error {
	return c.command(ctx, "nogl", reason{why}, nil)
}

// Settings returns the settings that hold for all sites.
func (c *Client) Settings(ctx context.Context) (s Settings, err error) {
	return s, c.command(ctx, "settings", none{}, &s)
}

// SaveSettings changes them.
func (c *Client) SaveSettings(ctx context.Context, s Settings) error {
	return c.command(ctx, "settings/save", s, nil)
}

// Sites returns the sites that are set up, without secrets.
func (c *Client) Sites(ctx context.Context) (list []SiteForm, err error) {
	return list, c.command(ctx, "sites", none{}, &list)
}

// Test tries a site out and saves nothing. It calls report with each step as it begins and as it ends.
func (c *Client) Test(ctx context.Context, f SiteForm, report func(Step)) (Trial, error) {
	resp, err := c.post(ctx, "sites/test", f)
	if err != nil {
		return Trial{}, err
	}
	defer resp.Body.Close()
	for in := json.NewDecoder(resp.Body); ; {
		var p progress
		if err := in.Decode(&p); err != nil {
			return Trial{}, fmt.Errorf("the test was broken off: %w", err)
		}
		switch {
		case p.Trial != nil:
			return *p.Trial, nil
		case p.Step != nil:
			report(*p.Step)
		}
	}
}

// Save adds a site or changes one.
func (c *Client) Save(ctx context.Context, f SiteForm) error {
	return c.command(ctx, "sites/save", f, nil)
}

// Remove removes a site and its secrets.
func (c *Client) Remove(ctx context.Context, name string) error {
	return c.command(ctx, "sites/remove", Target{Site: name}, nil)
}

// SignIn has the user sign in to SuperOffice Online in the browser, and returns when he has.
func (c *Client) SignIn(ctx context.Context, f SiteForm) (g Grant, err error) {
	return g, c.command(ctx, "signin", f, &g)
}

// SignInAgain does so for a site that is set up; the agent keeps what it brings.
func (c *Client) SignInAgain(ctx context.Context, site string) error {
	return c.command(ctx, "signin/again", Target{Site: site}, nil)
}

// Help opens the page about a reason, that of a monitor.Failure, in the browser.
func (c *Client) Help(ctx context.Context, about string) error {
	return c.command(ctx, "help", reason{about}, nil)
}

// Past returns what is on record since an instant: of an owner, of a site, or of all.
func (c *Client) Past(ctx context.Context, of Target, from time.Time) (p monitor.Past, err error) {
	return p, c.command(ctx, "past", since{of, from}, &p)
}

// Seats returns the seats of an owner's modules since an instant, with what is to be expected.
func (c *Client) Seats(ctx context.Context, of Target, from time.Time) (list []monitor.SeatSeries, err error) {
	return list, c.command(ctx, "seats", since{of, from}, &list)
}

// Away returns what happened since somebody last looked at the window.
func (c *Client) Away(ctx context.Context) (p monitor.Past, err error) {
	return p, c.command(ctx, "away", none{}, &p)
}

// Acknowledge notes that the user knows of all that troubles an owner, a site with its owners or, if of is empty, everything.
func (c *Client) Acknowledge(ctx context.Context, of monitor.Subject, note string) error {
	return c.command(ctx, "acknowledge", wish{Of: of, Note: note}, nil)
}

// Snooze lets nothing be told of the same until then, unless it grows worse. The zero time ends such a snooze.
func (c *Client) Snooze(ctx context.Context, of monitor.Subject, until time.Time, note string) error {
	return c.command(ctx, "snooze", wish{of, until, note}, nil)
}

// Resume takes back both, also for all that of covers.
func (c *Client) Resume(ctx context.Context, of monitor.Subject) error {
	return c.command(ctx, "resume", wish{Of: of}, nil)
}

// Log returns all notifications since an instant, the newest first, with what became of them and why.
func (c *Client) Log(ctx context.Context, from time.Time) (list []monitor.Telling, err error) {
	return list, c.command(ctx, "log", since{Since: from}, &list)
}

// TestNotification has the agent show a notification, and returns what happened in a sentence or two.
func (c *Client) TestNotification(ctx context.Context) (happened string, err error) {
	return happened, c.command(ctx, "notification/test", none{}, &happened)
}

// Offer asks an owner's licence server which licence it holds ready.
func (c *Client) Offer(ctx context.Context, of Target) (o monitor.Offer, err error) {
	return o, c.command(ctx, "offer", of, &o)
}

// Shop asks an owner's licence server where it sells licences.
func (c *Client) Shop(ctx context.Context, of Target) (address string, err error) {
	return address, c.command(ctx, "shop", of, &address)
}

// Report returns a report, "html", "csv", "json" or "ics", on the sites and owners that are named; no names are all.
func (c *Client) Report(ctx context.Context, format string, sites, owners []string) (content []byte, err error) {
	return content, c.command(ctx, "report", extract{format, sites, owners}, &content)
}

// Export has the agent write a report on all sites to a file, whole or not at all.
func (c *Client) Export(ctx context.Context, format, file string) error {
	return c.command(ctx, "export", export{format, file}, nil)
}

// Rehearse answers what other rules would have made of the past.
func (c *Client) Rehearse(ctx context.Context, what WhatIf) (r monitor.Rehearsal, err error) {
	return r, c.command(ctx, "rehearse", what, &r)
}

func (c *Client) post(ctx context.Context, path string, in any) (*http.Response, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	return c.send(ctx, http.MethodPost, path, bytes.NewReader(body))
}

func (c *Client) command(ctx context.Context, path string, in, out any) error {
	resp, err := c.post(ctx, path, in)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// send makes a request and returns a good answer. Anything else is an error in the agent's words.
func (c *Client) send(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://agent/"+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set(protocolHeader, protocol)
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, errNobody) {
			return nil, ErrNoAgent
		}
		return nil, fmt.Errorf("the agent does not answer: %w", err)
	}
	if resp.StatusCode == http.StatusOK && resp.Header.Get(protocolHeader) == protocol {
		return resp, nil
	}
	defer resp.Body.Close()
	var f failed
	if json.NewDecoder(io.LimitReader(resp.Body, maxRequest)).Decode(&f) != nil || f.Error == "" {
		f.Error = fmt.Sprintf("the agent answers with HTTP %d: is it another version of Licensewatch (%s)?", resp.StatusCode, resp.Header.Get(versionHeader))
	}
	return nil, errors.New(f.Error)
}
