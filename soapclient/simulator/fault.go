package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is what goes wrong with a site, or with the calls that name one owner. The zero fault is none.
type fault struct {
	kind  faultKind
	delay time.Duration // slow: before the answer; http: what Retry-After says, in whole seconds
	code  int           // http
	text  string        // exception: its text; redirect: the address
	soap  bool          // limit: a SOAP fault instead of an HTTP status
}

type faultKind string

const (
	faultNone      faultKind = ""
	faultRefuse    faultKind = "refuse"    // no connection; on a shared port, where that cannot be, reset
	faultReset     faultKind = "reset"     // the connection is torn down once the request is read
	faultHang      faultKind = "hang"      // no answer until the fault ends; then the right one
	faultSlow      faultKind = "slow"      // the right answer, late
	faultHTTP      faultKind = "http"      // a status and IIS's page instead of SOAP
	faultSOAP      faultKind = "soapfault" // a SOAP fault, HTTP 500
	faultException faultKind = "exception" // ExceptionInfo, HTTP 200; signing in goes on
	faultCut       faultKind = "cut"       // the connection is torn down in the middle of the answer
	faultTruncated faultKind = "truncated" // a whole HTTP answer that holds half of the XML
	faultHTML      faultKind = "html"      // a proxy's sign-in page, HTTP 200
	faultNamespace faultKind = "namespace" // everything right but in a foreign namespace
	faultLarge     faultKind = "large"     // more than 16 MiB
	faultLimit     faultKind = "limit"     // requests beyond 64 KiB are refused, as WCF does unless told otherwise
	faultRedirect  faultKind = "redirect"  // HTTP 307 to another address
	faultSession   faultKind = "session"   // no ticket is good enough, however new; signing in goes on
	faultPassword  faultKind = "bad-password"
	faultExpire    faultKind = "expire-tickets" // happens once and leaves no fault behind
)

// siteFaults make sense for a whole site only.
var siteFaults = []faultKind{faultRefuse, faultReset, faultSession, faultPassword, faultExpire}

// FaultForms lists the faults as a story writes them.
const FaultForms = `refuse, reset, hang, slow 5s, cut, truncated, html, namespace, large, http 503, http 503 retry-after 30s, ` +
	`redirect "https://…", limit, limit soapfault, soapfault, exception "text", session, expire-tickets, bad-password, none`

func (f fault) String() string {
	switch f.kind {
	case faultNone:
		return "fault none"
	case faultSlow:
		return "fault slow " + f.delay.String()
	case faultException, faultRedirect:
		return "fault " + string(f.kind) + " " + strconv.Quote(f.text)
	case faultHTTP:
		if f.delay > 0 {
			return fmt.Sprintf("fault http %d retry-after %v", f.code, f.delay)
		}
		return fmt.Sprintf("fault http %d", f.code)
	case faultLimit:
		if f.soap {
			return "fault limit soapfault"
		}
	}
	return "fault " + string(f.kind)
}

func parseFault(w *words) (fault, error) {
	word, _, err := w.next()
	if err != nil {
		return fault{}, fmt.Errorf("fault needs to be told which: %s", FaultForms)
	}
	f := fault{kind: faultKind(word)}
	switch f.kind {
	case "none":
		return fault{}, nil
	case faultRefuse, faultReset, faultHang, faultSOAP, faultCut, faultTruncated, faultHTML, faultNamespace, faultLarge,
		faultSession, faultPassword, faultExpire:
		return f, nil
	case faultLimit:
		f.soap, err = parseSOAP(w)
	case faultSlow:
		arg, _, _ := w.next()
		f.delay, err = parseDelay(arg)
	case faultHTTP:
		err = f.parseHTTP(w)
	case faultException:
		var quoted bool
		if f.text, quoted, err = w.next(); err == nil && !quoted {
			err = errors.New("its text must stand in quotes")
		}
	case faultRedirect:
		f.text, _, err = w.next()
		if u, perr := url.Parse(f.text); err == nil && (perr != nil || u.Host == "" || strings.ContainsAny(f.text, "\r\n")) {
			err = fmt.Errorf("%q is not a whole address", f.text)
		}
	default:
		return fault{}, fmt.Errorf("there is no fault %s; say one of %s", word, FaultForms)
	}
	if err != nil {
		return fault{}, fmt.Errorf("fault %s: %w; its forms are %s", word, err, FaultForms)
	}
	return f, nil
}

// parseSOAP reads the word soapfault, which may be missing.
func parseSOAP(w *words) (bool, error) {
	if w.done() {
		return false, nil
	}
	if word, _, _ := w.next(); word != "soapfault" {
		return false, fmt.Errorf("%q is not soapfault", word)
	}
	return true, nil
}

func (f *fault) parseHTTP(w *words) error {
	arg, _, _ := w.next()
	code, err := strconv.Atoi(arg)
	if err != nil || http.StatusText(code) == "" || code < 300 || code == http.StatusNotModified {
		return fmt.Errorf("%q is not a status from 300 on that HTTP knows", arg)
	}
	f.code = code
	if w.done() {
		return nil
	}
	if word, _, _ := w.next(); word != "retry-after" {
		return errors.New("after the status only retry-after 30s may stand")
	}
	arg, _, _ = w.next()
	f.delay, err = parseDelay(arg)
	if err == nil && f.delay%time.Second != 0 {
		err = errors.New("retry-after counts whole seconds")
	}
	return err
}

// parseDelay reads a time above zero and up to a day.
func parseDelay(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 || d > 24*time.Hour {
		return 0, fmt.Errorf("%q is not a time such as 5s or 1m30s, a day at most", s)
	}
	return d, nil
}

// fitsOwner reports whether f can hold for one owner of a site alone.
func (f fault) fitsOwner() bool { return !slices.Contains(siteFaults, f.kind) }
