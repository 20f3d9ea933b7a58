package online

import (
	"fmt"
	"net/http"
	"time"

	"licensewatch/soapclient"
)

// clock is this computer's clock against a server's.
type clock struct {
	ahead time.Duration // negative: behind
	known bool          // a server has told its time
}

// measure reads a reply's Date, which is exact to the second.
func (c *clock) measure(resp *http.Response, now time.Time) {
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		c.ahead, c.known = now.Sub(date), true
	}
}

// wrong reports whether the clock may be why a token's time does not fit, as far as is known.
func (c *clock) wrong() bool { return !c.known || c.ahead.Abs() >= time.Minute }

// failure says that the clock is why a sign-in failed.
func (c *clock) failure(host string) *soapclient.Error {
	e := &soapclient.Error{Kind: soapclient.KindSignIn, Reason: soapclient.ReasonClock, Host: host}
	switch {
	case !c.known, !c.wrong(): // a service may go by another clock than the web server in front of it
		e.Text = "this computer's clock differs from the server's"
	case c.ahead > 0:
		e.Text = fmt.Sprintf("this computer's clock is %s ahead of the server's", spell(c.ahead))
	default:
		e.Text = fmt.Sprintf("this computer's clock is %s behind the server's", spell(-c.ahead))
	}
	return e
}

// spell writes a duration as people say it, in one unit.
func spell(d time.Duration) string {
	for _, unit := range []struct {
		name string
		is   time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if n := int64(d.Round(unit.is) / unit.is); n > 1 {
			return fmt.Sprintf("%d %s", n, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", int64(d.Round(time.Second)/time.Second))
}
