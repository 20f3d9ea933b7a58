package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// current is the settings file with what it says now. Its mutex lets one command at a time edit.
type current struct {
	path string
	mu   sync.Mutex
	now  settings.Settings
}

func (c *current) read() settings.Settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// edit changes the file and reads it again.
func (c *current) edit(change func(path string) error) (settings.Settings, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
		return c.now, err
	}
	if err := change(c.path); err != nil {
		return c.now, plain(err)
	}
	s, err := settings.Load(c.path)
	if err != nil {
		return c.now, plain(err)
	}
	c.now = s
	return s, nil
}

// free returns why a site cannot be saved as name in the place of was. It asks the file, which another program or a person may have
// changed: secrets are stored before it has its say, and must not take the place of another site's.
func (c *current) free(was, name string) error {
	now, err := settings.Load(c.path)
	if err != nil {
		return plain(err)
	}
	found := was == ""
	for _, s := range now.Sites {
		found = found || s.Name == was
		if s.Name != was && strings.EqualFold(s.Name, name) {
			return fmt.Errorf("there is a site named %q already; choose another name", s.Name)
		}
	}
	if !found {
		return fmt.Errorf("%w: %q", settings.ErrNoSite, was)
	}
	return nil
}

// plain turns the list of a file's problems into sentences for a window.
func plain(err error) error {
	e, ok := errors.AsType[*settings.Error](err)
	if !ok {
		return err
	}
	var lines []string
	for _, p := range e.Problems {
		line := p.String()
		if p.Line > 0 { // somebody edited the file by hand
			line = fmt.Sprintf("%s, line %d: %s", e.Path, p.Line, line)
		}
		lines = append(lines, line)
	}
	return errors.New(strings.Join(lines, "\n"))
}

func (a *Agent) commands() link.Commands {
	return link.Commands{
		Refresh: a.refresh,
		Pause:   a.monitor.Pause,
		Show: func() error {
			a.show(func(v *link.View) { v.Focus = link.Target{} })
			return a.window.show()
		},
		NoGL: a.noGL,
		Settings: func() link.Settings {
			s := a.settings.read()
			return link.Settings{Interval: s.Interval, DetailsInterval: s.DetailsInterval, Limits: s.Limits,
				Rules: s.Rules, Sound: s.Sound, Command: s.Command}
		},
		SaveSettings: func(s link.Settings) error {
			now, err := a.settings.edit(func(path string) error {
				return settings.Change(path, func(now *settings.Settings) {
					now.Interval, now.DetailsInterval, now.Limits = s.Interval, s.DetailsInterval, now.Limits.Under(s.Limits)
					now.Rules, now.Sound, now.Command = now.Rules.Under(s.Rules), s.Sound, s.Command
				})
			})
			if err == nil {
				a.apply(now, "", "")
			}
			return err
		},
		Sites:       a.sites,
		Test:        a.test,
		Save:        a.save,
		Remove:      a.remove,
		SignIn:      a.signIn,
		SignInAgain: a.signInAgain,
		Help:        a.help,
		Offer:       a.offer,
		Shop:        a.shop,
		Past:        a.past,
		Seats:       a.seats,
		Away:        a.away,
		Left:        a.left,
		Acknowledge: a.acknowledge,
		Snooze:      a.snooze,
		Resume:      a.resume,
		Log:         a.log,
		Rehearse:    a.rehearse,
		Report:      a.report,
		Export:      a.export,

		TestNotification: a.testNotification,
	}
}

// apply makes source and monitor follow new settings, in which a site may have a new name.
func (a *Agent) apply(s settings.Settings, was, is string) {
	a.source.Update(s.Sites)
	cfg := a.monitorConfig(s)
	if was != "" && was != is {
		cfg.Renamed = map[string]string{is: was}
	}
	a.monitor.Update(cfg)
}

func (a *Agent) sites() []link.SiteForm {
	forms := []link.SiteForm{}
	for _, s := range a.settings.read().Sites {
		forms = append(forms, link.SiteForm{
			Was: s.Name, Name: s.Name, URL: s.URL, Services: s.Services, SignIn: s.SignIn, User: s.User,
			Owners: s.Owners, CAFile: s.CAFile, AllowHTTP: s.AllowHTTP, Domain: s.Domain, Tenant: s.Tenant, Environment: s.Environment,
			ClientID: s.ClientID, Proxy: s.Proxy, ProxyUser: s.ProxyUser, Pin: s.Pin, HTTP1Only: s.HTTP1Only,
			Web: s.Web, Limits: s.Limits, OwnerLimits: s.OwnerLimits, Rules: s.Rules,
		})
	}
	return forms
}

// site is the form as settings. A pasted address is cut to what stands before the services.
func site(f link.SiteForm) settings.Site {
	return source.Plain(settings.Site{
		Name: strings.TrimSpace(f.Name), URL: strings.TrimSpace(f.URL), Services: f.Services, SignIn: f.SignIn,
		User: f.User, Owners: f.Owners, CAFile: f.CAFile, AllowHTTP: f.AllowHTTP, Domain: strings.TrimSpace(f.Domain),
		Tenant: strings.TrimSpace(f.Tenant), Environment: f.Environment, ClientID: strings.TrimSpace(f.ClientID),
		Proxy: strings.TrimSpace(f.Proxy), ProxyUser: f.ProxyUser, Pin: strings.TrimSpace(f.Pin), HTTP1Only: f.HTTP1Only,
		Web: strings.TrimSpace(f.Web), Limits: f.Limits, OwnerLimits: f.OwnerLimits, Rules: f.Rules,
	})
}

func (a *Agent) test(ctx context.Context, f link.SiteForm, report func(link.Step)) link.Trial {
	t := a.source.Try(ctx, site(f), a.secretsOf(f), func(s source.Step) { report(step(s)) })
	trial := link.Trial{
		Failure: t.Failure, Company: t.Company, Serial: t.Serial, Version: t.Version, Owners: t.Owners, URL: t.URL, Warning: t.Warning,
	}
	for _, s := range t.Steps {
		trial.Steps = append(trial.Steps, step(s))
	}
	for _, o := range t.Offers {
		trial.Offers = append(trial.Offers, link.Offer(o))
	}
	return trial
}

func step(s source.Step) link.Step {
	return link.Step{Name: s.Name, Words: s.Words, State: link.StepState(s.State), Took: s.Took, Detail: s.Detail}
}

// save stores the secrets first: a site whose password cannot be kept is not saved half.
func (a *Agent) save(ctx context.Context, f link.SiteForm) error {
	s := site(f)
	if err := s.Check(); err != nil {
		return plain(err)
	}
	if f.Grant != "" {
		refresh, ok := a.grants.of(f.Grant)
		if !ok {
			return errors.New("the sign-in in the browser is too long ago; sign in again")
		}
		f.Secret = refresh
	}
	if err := a.settings.free(f.Was, s.Name); err != nil {
		return err
	}
	limitsAlone := a.limitsAlone(f, s)
	moved := !strings.EqualFold(f.Was, s.Name) // a new name; some keyrings do not tell cases apart
	err := a.keep(ctx, f, s.Name)
	var now settings.Settings
	if err == nil {
		now, err = a.settings.edit(func(path string) error { return settings.SaveSite(path, f.Was, s) })
	}
	if err != nil {
		if moved {
			a.drop(ctx, s.Name)
		}
		return err
	}
	a.grants.drop(f.Grant)
	if f.Was != "" {
		a.renamed(ctx, f.Was, s.Name)
	}
	a.apply(now, f.Was, s.Name)
	if f.Was != "" && moved {
		a.drop(ctx, f.Was)
	}
	if !limitsAlone {
		a.source.Forget(s.Name)
		a.monitor.Refresh(s.Name, "")
	}
	return nil
}

// limitsAlone reports whether the form changes nothing but how the site is judged, so that it need not be read again.
func (a *Agent) limitsAlone(f link.SiteForm, s settings.Site) bool {
	sites := a.settings.read().Sites
	i := slices.IndexFunc(sites, func(before settings.Site) bool { return before.Name == f.Was })
	return i >= 0 && f.Secret == "" && f.AppToken == "" && f.ProxySecret == "" &&
		source.Same(source.Plain(sites[i]), s) && !reflect.DeepEqual(source.Plain(sites[i]), s)
}

// kinds are a site's secrets.
var kinds = []keyring.Kind{keyring.Password, keyring.AppToken, keyring.Proxy}

// keep stores what the form brings and, when the site is renamed, takes the rest along. What was for this
// session only stays so.
func (a *Agent) keep(ctx context.Context, f link.SiteForm, name string) error {
	for i, text := range []secret.Text{f.Secret, f.AppToken, f.ProxySecret} {
		kind, session := kinds[i], f.SessionOnly
		if text == "" && f.Was != "" && f.Was != name {
			var err error
			if text, session, err = a.stored(ctx, f.Was, kind); err != nil {
				return worded(err) // with the old name it would be lost
			}
		}
		switch {
		case session:
			if text != "" || kind == keyring.AppToken && f.Was == "" { // no token: then the keyring need not be asked for one
				a.Secrets.Remember(name, kind, text)
			}
		case text != "":
			if err := a.Secrets.Set(ctx, name, kind, text); err != nil {
				return worded(err)
			}
		}
	}
	return nil
}

// stored returns a secret, empty if there is none, and whether it is kept for this session only.
func (a *Agent) stored(ctx context.Context, site string, kind keyring.Kind) (text secret.Text, session bool, err error) {
	if text, session = a.Secrets.Remembered(site, kind); session {
		return text, true, nil
	}
	text, err = a.Secrets.Get(ctx, site, kind)
	if k, ok := errors.AsType[*keyring.Error](err); ok && (k.State == keyring.Missing || k.State == keyring.Absent) {
		return "", false, nil
	}
	return text, false, err
}

// worded turns an error of the keyring or of a site into sentences for a window: what failed, and what to do.
func worded(err error) error {
	if f, ok := errors.AsType[*monitor.Failure](err); ok {
		return fmt.Errorf("%s. %s", strings.TrimSuffix(f.Text, "."), strings.TrimSpace(f.Remedy))
	}
	if k, ok := errors.AsType[*keyring.Error](err); ok {
		return fmt.Errorf("%s. %s", k.Text, k.Remedy)
	}
	return err
}

func (a *Agent) remove(ctx context.Context, name string) error {
	now, err := a.settings.edit(func(path string) error { return settings.RemoveSite(path, name) })
	if err != nil {
		return err
	}
	a.apply(now, "", "")
	a.drop(ctx, name)
	return nil
}

// drop deletes the secrets of a site that is gone, also if the client has gone meanwhile. A keyring that cannot be asked keeps
// them; that is no reason to keep the site.
func (a *Agent) drop(ctx context.Context, name string) {
	ctx = context.WithoutCancel(ctx) // each call of the keyring has a deadline of its own
	for _, kind := range kinds {
		if err := a.Secrets.Delete(ctx, name, kind); err != nil {
			a.Log.Warn("a secret of a removed site stays in the keyring", "site", name, "kind", kind, "err", err)
		}
	}
}
