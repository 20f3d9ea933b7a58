package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"licensewatch/internal/settings"
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

// Trial is what trying a site out brought.
type Trial struct {
	Failure *monitor.Failure // nil: all went well
	Company string
	Serial  string
	Version string // NetServer's own
	Owners  []string
	URL     string // the address as it was understood
	Warning string // one sentence
	Steps   []Step // all that were taken, in order
	Offers  []Offer
}

// Try signs in to a site as it is described, over connections and with secrets of its own, reads its owners, and stops at
// the first step that fails. It reports each step as it begins and as it ends, and changes nothing.
func (s *Source) Try(ctx context.Context, site settings.Site, secrets Secrets, report func(Step)) Trial {
	t := &trial{source: s, site: Plain(site), secrets: secrets, steps: steps{report: report}}
	defer t.close()
	if err := t.run(ctx); err != nil {
		f := Failure(err, site.Name)
		name, words := t.failing(f.Kind)
		t.steps.fail(name, words, f.Text)
		t.outcome.Failure = f
		t.offer(ctx, err)
	}
	t.outcome.Steps = t.steps.stop()
	return t.outcome
}

// trial is a connection test under way.
type trial struct {
	source  *Source
	site    settings.Site
	secrets Secrets
	steps   steps
	line    *line
	way     way
	outcome Trial
}

// run takes the steps.
func (t *trial) run(ctx context.Context) error {
	t.steps.begin("settings", "Look at the settings")
	if err := t.site.Check(); err != nil {
		return configProblem(err)
	}
	c, err := t.dial()
	if err != nil {
		return err
	}
	t.steps.end("settings", StepGood, "")
	if c.Locate != nil {
		if err := t.locate(ctx, c); err != nil {
			return err
		}
	}
	t.outcome.URL = t.way.server.String()
	ctx = t.way.trace(ctx, &t.steps)
	if err := t.identify(ctx, c); err != nil {
		return err
	}
	owner, err := t.licences(ctx, c)
	if err != nil {
		return err
	}
	if owner != "" {
		t.ask(ctx, c, owner)
	}
	return ctx.Err()
}

// dial makes a client with connections of its own, which tells its sign-in.
func (t *trial) dial() (*soapclient.Client, error) {
	var err error
	if t.way, err = wayOf(t.site); err != nil {
		return nil, configError(err.Error(), "")
	}
	if t.line, err = t.source.connect(t.site, t.secrets, true); err != nil {
		return nil, err
	}
	c, err := t.source.dial(t.site, t.secrets, t.line)
	if err == nil {
		c.SignIn = watched{c.SignIn, t}
	}
	return c, err
}

// close ends the connections.
func (t *trial) close() {
	if t.line != nil {
		t.line.close()
	}
}

// locate asks SuperOffice Online where the tenant is, and whether it runs.
func (t *trial) locate(ctx context.Context, c *soapclient.Client) error {
	t.steps.begin("tenant", t.tenantWords())
	base, err := c.Locate(ctx, "")
	if err != nil {
		return err
	}
	at, err := url.Parse(base)
	if err != nil {
		return err
	}
	t.steps.end("tenant", StepGood, "it runs on "+at.Host)
	t.way, err = t.way.to(at, t.site)
	return err
}

func (t *trial) tenantWords() string {
	return "Ask SuperOffice Online where " + t.site.Tenant + " is"
}

// identify has NetServer tell which installation it is, without a sign-in.
func (t *trial) identify(ctx context.Context, c *soapclient.Client) error {
	info, err := c.SystemInfo(ctx)
	if err != nil && !t.tellsLater(err) {
		return err
	}
	if err != nil {
		t.steps.end("netserver", StepGood, "it tells that only after a sign-in")
		return nil
	}
	o := &t.outcome
	o.Company, o.Serial, o.Version = monitor.Harmless(info.Company, maxName), monitor.Harmless(info.Serial, maxName), monitor.Harmless(info.Version, maxName)
	t.steps.end("netserver", StepGood, identity(o.Version, o.Company, o.Serial))
	return nil
}

// identity is version, company and serial number in a line, as far as they are known.
func identity(version, company, serial string) string {
	parts := []string{strings.TrimSpace("NetServer " + version)}
	if company != "" {
		parts = append(parts, company)
	}
	if serial != "" {
		parts = append(parts, "serial number "+serial)
	}
	return strings.Join(parts, ", ")
}

// tellsLater reports whether a failure to tell without a sign-in says nothing about what follows: not every server tells. A web server
// that refused a Windows user is not asked twice, which might lock the user out.
func (t *trial) tellsLater(err error) bool {
	e, ok := errors.AsType[*soapclient.Error](err)
	switch {
	case !ok, e.Reason == soapclient.ReasonVersion, e.Reason == soapclient.ReasonNotFound, e.Reason == soapclient.ReasonSwitchedOff:
		return false
	case e.Kind == soapclient.KindSignIn && t.site.SignIn == "windows":
		t.steps.begin("sign-in", t.signInWords())
		return false
	}
	return slices.Contains([]soapclient.Kind{soapclient.KindSignIn, soapclient.KindServer, soapclient.KindFault}, e.Kind)
}

// licences signs in and reads the owners. It returns the first one.
func (t *trial) licences(ctx context.Context, c *soapclient.Client) (first string, err error) {
	list, err := c.Licences(ctx)
	if err != nil {
		return "", err
	}
	o := &t.outcome
	for _, l := range licences(list) {
		o.Owners = append(o.Owners, monitor.Harmless(l.Owner, maxName))
		o.Company, o.Serial = cmp.Or(o.Company, l.Company), cmp.Or(o.Serial, l.Serial)
		first = cmp.Or(first, l.Owner)
	}
	if len(o.Owners) == 0 {
		o.Warning = "The site lists no licence owner."
		t.steps.end("licences", StepCaution, o.Warning)
	} else {
		t.steps.end("licences", StepGood, strings.Join(o.Owners, ", "))
	}
	if len(t.site.Owners) > 0 {
		first = t.site.Owners[0]
	}
	return first, nil
}

// ask asks an owner's licence server. That it does not answer is no reason not to watch the site.
func (t *trial) ask(ctx context.Context, c *soapclient.Client, owner string) {
	t.steps.begin("licence-server", "Ask the licence server of "+monitor.Harmless(owner, maxName))
	v, err := c.LicenceStatus(ctx, owner)
	if err == nil {
		t.steps.end("licence-server", StepGood, "it answers "+monitor.Harmless(string(v.Status), maxName))
		return
	}
	f := Failure(err, t.site.Name)
	t.steps.end("licence-server", StepCaution, f.Text)
	t.outcome.Warning = cmp.Or(t.outcome.Warning, fmt.Sprintf("The licence server of %s does not answer; dates and seats are read all the same. %s", monitor.Harmless(owner, maxName), f.Remedy))
}

// watched is a way to sign in that tells its step.
type watched struct {
	way   soapclient.SignIn
	trial *trial
}

// SignIn signs in, and says who that is and what it lacks.
func (w watched) SignIn(ctx context.Context, c *soapclient.Client) (soapclient.Session, error) {
	t := w.trial
	if t.site.SignIn != "ticket" { // that is not asked for, so there is nothing to see
		t.steps.begin("sign-in", t.signInWords())
	}
	session, err := w.way.SignIn(ctx, c)
	if err != nil {
		return session, err
	}
	detail, lacks := t.who(session.Principal)
	state := StepGood
	if lacks != "" {
		state, t.outcome.Warning = StepCaution, lacks
		detail += ": no General Administrator (admin-all)"
	}
	t.steps.end("sign-in", state, detail)
	t.steps.begin("licences", "Read the licences from the site's database")
	return session, nil
}

func (t *trial) signInWords() string {
	switch t.site.SignIn {
	case "online":
		return "Sign in to SuperOffice Online"
	case "system-user":
		return "Sign in to SuperOffice Online as the system user"
	case "windows":
		if t.site.User == "" {
			return "Sign in as the Windows user of this session"
		}
		return fmt.Sprintf("Sign in to Windows as %s", t.site.User)
	}
	return fmt.Sprintf("Sign in as %s", t.site.User)
}

// who names the one who signed in, and says in a sentence what right it lacks. System users have no need of rights
// (domain.md §2.5).
func (t *trial) who(p soapclient.Principal) (detail, lacks string) {
	if p.Associate == "" {
		return "", ""
	}
	name := monitor.Harmless(p.Associate, maxName)
	detail = name
	if p.FullName != "" {
		detail += " (" + monitor.Harmless(p.FullName, maxName) + ")"
	}
	if t.site.SignIn != "system-user" && !slices.Contains(p.Rights, "admin-all") {
		lacks = fmt.Sprintf("%s is no General Administrator (admin-all): some servers then refuse to tell about licences.", name)
	}
	return detail, lacks
}

// failing names the step that fails with a kind where none has begun.
func (t *trial) failing(kind monitor.Kind) (name, words string) {
	switch kind {
	case monitor.KindConfig:
		return "settings", "Look at the settings"
	case monitor.KindKeyring:
		return "secrets", "Fetch the site's secrets"
	case monitor.KindTenant:
		return "tenant", t.tenantWords()
	case monitor.KindDNS:
		return "name", "Look up " + t.way.server.Hostname()
	case monitor.KindProxy:
		return "proxy", t.way.proxyWords()
	case monitor.KindTLS:
		return "tls", tlsWords
	case monitor.KindNetwork:
		return "connect", t.way.connectWords()
	}
	return "netserver", netserverWords
}
