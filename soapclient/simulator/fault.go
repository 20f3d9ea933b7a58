package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
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
	text  string        // exception: its text; redirect: the address; lacks: the versions, with spaces between
	soap  bool          // limit, lacks: a SOAP fault instead of an HTTP status

	// Of an exception-type: its type, and the type and text of the exception inside it, "" if there is none.
	name, inner, innerText string
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
	faultTyped     faultKind = "exception-type"
	faultCut       faultKind = "cut"          // the connection is torn down in the middle of the answer
	faultTruncated faultKind = "truncated"    // a whole HTTP answer that holds half of the XML
	faultHTML      faultKind = "html"         // a proxy's sign-in page, HTTP 200
	faultNamespace faultKind = "namespace"    // everything right but in a foreign namespace
	faultLarge     faultKind = "large"        // more than 16 MiB
	faultLimit     faultKind = "limit"        // requests beyond 64 KiB are refused, as WCF does unless told otherwise
	faultRedirect  faultKind = "redirect"     // HTTP 307 to another address
	faultLacks     faultKind = "lacks"        // the site is too old or too new for these versions of the services
	faultOff       faultKind = "switched-off" // AllowWebServiceRequests is false; signing in fails too
	faultSession   faultKind = "session"      // no ticket is good enough, however new; signing in goes on
	faultPassword  faultKind = "bad-password"
	faultExpire    faultKind = "expire-tickets" // happens once and leaves no fault behind
)

// siteFaults make sense for a whole site only.
var siteFaults = []faultKind{faultRefuse, faultReset, faultLacks, faultOff, faultSession, faultPassword, faultExpire}

// FaultForms lists the faults as a story writes them.
const FaultForms = `refuse, reset, hang, slow 5s, cut, truncated, html, namespace, large, http 503, http 503 retry-after 30s, ` +
	`redirect "https://…", limit, limit soapfault, soapfault, exception "text", exception-type SoSentryException "text", ` +
	`exception-type SoLicenseException "text" inner EndpointNotFoundException "text", lacks Services86 Services87, ` +
	`lacks Services86 soapfault, switched-off, session, expire-tickets, bad-password, none`

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
	case faultTyped:
		s := fmt.Sprintf("fault exception-type %s %q", f.name, f.text)
		if f.inner != "" {
			s += fmt.Sprintf(" inner %s %q", f.inner, f.innerText)
		}
		return s
	case faultLimit, faultLacks:
		s := "fault " + string(f.kind)
		if f.text != "" {
			s += " " + f.text
		}
		if f.soap {
			s += " soapfault"
		}
		return s
	}
	return "fault " + string(f.kind)
}

// lacks reports whether the fault is that the site does not have a version.
func (f fault) lacks(services string) bool {
	return f.kind == faultLacks && slices.Contains(strings.Fields(f.text), services)
}

// exception returns what an exception's fault answers.
func (f fault) exception() *exception {
	switch f.kind {
	case faultException:
		return &exception{kind: "SoServerException", text: "An error occurred in NetServer.", friendly: f.text}
	case faultTyped:
		e := &exception{kind: f.name, text: f.text}
		if f.inner != "" {
			e.inner = &exception{kind: f.inner, text: f.innerText}
		}
		return e
	}
	return nil
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
		faultOff, faultSession, faultPassword, faultExpire:
		return f, nil
	case faultLimit:
		f.soap, err = parseSOAP(w)
	case faultSlow:
		arg, _, _ := w.next()
		f.delay, err = parseDelay(arg)
	case faultHTTP:
		err = f.parseHTTP(w)
	case faultLacks:
		err = f.parseLacks(w)
	case faultException:
		f.text, err = parseQuoted(w)
	case faultTyped:
		err = f.parseTyped(w)
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

// parseQuoted reads a text that must stand in quotes.
func parseQuoted(w *words) (string, error) {
	text, quoted, err := w.next()
	if err == nil && !quoted {
		err = errors.New("its text must stand in quotes")
	}
	return text, err
}

func (f *fault) parseTyped(w *words) (err error) {
	if f.name, f.text, err = parseException(w); err != nil || w.done() {
		return err
	}
	if word, _, _ := w.next(); word != "inner" {
		return errors.New("after the text only inner TYPE \"text\" may stand")
	}
	f.inner, f.innerText, err = parseException(w)
	return err
}

var typeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]*$`)

// parseException reads a type and a text.
func parseException(w *words) (name, text string, err error) {
	name, _, _ = w.next()
	if !typeName.MatchString(name) {
		return "", "", fmt.Errorf("%q is not a type", name)
	}
	text, err = parseQuoted(w)
	return name, text, err
}

// parseLacks reads versions, and the word soapfault after them, which may be missing.
func (f *fault) parseLacks(w *words) error {
	var lacking []string
	for !w.done() && !f.soap {
		word, _, _ := w.next()
		switch {
		case word == "soapfault":
			f.soap = true
		case versionName.MatchString(word):
			lacking = append(lacking, word)
		default:
			return fmt.Errorf("%q is not a version such as Services86", word)
		}
	}
	if len(lacking) == 0 {
		return errors.New("it needs a version such as Services86")
	}
	f.text = strings.Join(lacking, " ")
	return nil
}

var versionName = regexp.MustCompile(`^Services8[4-8]$`)

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
