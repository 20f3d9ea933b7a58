package oidcpeer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

const visitCookie = "visit"

// servePerson is the page on which a person signs in or declines.
func (p *Peer) servePerson(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("id")
	p.mu.Lock()
	q := p.requests[id]
	p.mu.Unlock()
	if q == nil {
		http.Error(w, "nobody asked for this sign-in", http.StatusBadRequest)
		return
	}
	if r.Method != http.MethodPost {
		http.SetCookie(w, &http.Cookie{Name: visitCookie, Value: id, Path: personURL, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		io.WriteString(w, "<title>Sign in</title>")
		return
	}
	if c, err := r.Cookie(visitCookie); err != nil || c.Value != id {
		http.Error(w, "another browser asked for this sign-in", http.StatusForbidden)
		return
	}
	user := p.user(r.FormValue("user"))
	if user == nil {
		http.Error(w, "there is no such user", http.StatusForbidden)
		return
	}
	if r.FormValue("declines") != "" {
		back := url.Values{"error": {"access_denied"}, "error_description": {"The person declined."}, "state": {q.State}}
		http.Redirect(w, r, q.RedirectURI+"?"+back.Encode(), http.StatusFound)
		return
	}
	p.mu.Lock()
	q.user, q.at = user, time.Now()
	p.mu.Unlock()
	http.Redirect(w, r, "/login/common/oauth/authorize/callback?id="+url.QueryEscape(id), http.StatusFound)
}

// Person is how somebody behaves in the browser.
type Person struct {
	User     string // empty: the first
	Declines bool
}

// Browse opens the address in a browser, as the first user, who signs in. It ends with the page that the program shows, and fails
// if that is not the page of a success.
func (p *Peer) Browse(ctx context.Context, address string) error {
	_, err := p.BrowseAs(ctx, address, Person{})
	return err
}

// BrowseAs opens the address in a new browser and lets the person sign in. It returns the last page.
func (p *Peer) BrowseAs(ctx context.Context, address string, who Person) (page string, err error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	browser := &http.Client{Jar: jar, Transport: transport}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	page, at, err := load(browser, req)
	if err != nil {
		return page, err
	}
	if at.Path != personURL {
		return page, errors.New("the browser did not come to the page for signing in")
	}
	form := url.Values{"id": {at.Query().Get("id")}, "user": {who.User}}
	if who.User == "" {
		form.Set("user", p.Users[0].Name)
	}
	if who.Declines {
		form.Set("declines", "yes")
	}
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, p.Base+personURL, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	page, _, err = load(browser, req)
	return page, err
}

// load follows redirects to a page.
func load(browser *http.Client, req *http.Request) (page string, at *url.URL, err error) {
	resp, err := browser.Do(req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the page says %s", resp.Status)
	}
	return string(body), resp.Request.URL, err
}
