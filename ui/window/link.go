package window

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/net/idna"

	"licensewatch/monitor"
)

// webLink reads an address that a server sent. It returns one that may be opened, and its host for people
// to see first; ok is false for what monitor.WebLink refuses, and for a host that is no host name.
func webLink(raw string) (address *url.URL, host string, ok bool) {
	u, err := url.Parse(monitor.WebLink(strings.TrimSpace(raw)))
	if err != nil {
		return nil, "", false
	}
	host = u.Hostname()
	if !strings.Contains(host, ":") { // not an IPv6 address
		// Letters that look alike show their difference in this form only.
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return nil, "", false
		}
	}
	if host == "" {
		return nil, "", false
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	return u, host, true
}

// hostWidth is how much of a host a button shows. The detail pane has room for it.
const hostWidth float32 = 220

// openWords are a link's words on a button. Of a long host the end stays, for that says whose it is:
// anybody can have superoffice.com.evil.example.
func openWords(host string) string {
	return "Open " + fitEnd(host, hostWidth, theme.TextSize(), fyne.TextStyle{Bold: true})
}

// spelled is a link for people to read before they open it. However long it is, the end of its host is
// in it.
func spelled(u *url.URL, host string) string {
	const most = 120
	if n := len(host); n > most { // webLink gives hosts in ASCII
		host = "…" + host[n-most:]
	}
	text := u.Scheme + "://" + host + u.RequestURI()
	if u.Fragment != "" {
		text += "#" + u.EscapedFragment()
	}
	return monitor.Harmless(text, 300)
}
