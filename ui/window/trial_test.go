package window

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"licensewatch/assets"
	"licensewatch/monitor"
	"licensewatch/monitor/link"
)

// taken are the steps of a test that fails at its third.
var taken = []link.Step{
	{Name: "dns", Words: "Look up crm.example", State: link.StepRunning},
	{Name: "dns", Words: "Look up crm.example", State: link.StepGood, Took: 12 * time.Millisecond, Detail: "10.1.2.3"},
	{Name: "tls", Words: "Check the certificate", State: link.StepRunning},
	{Name: "tls", Words: "Check the certificate", State: link.StepCaution, Took: 300 * time.Microsecond, Detail: "ends in 10 days"},
	{Name: "version", Words: "Ask for Services86", State: link.StepRunning},
	{Name: "version", Words: "Ask for Services86", State: link.StepFailed, Took: 1440 * time.Millisecond},
}

// wrongVersion fails as taken tells, and offers what would do.
func wrongVersion(offers ...link.Offer) func(context.Context) (link.Trial, error) {
	return func(context.Context) (link.Trial, error) {
		return link.Trial{Steps: []link.Step{taken[1], taken[3], taken[5]}, Offers: offers, Failure: &monitor.Failure{
			Kind: "fault", Reason: "version", Title: "Other web services", Text: "crm.example has no Services86.", Remedy: "Choose a version that answers.",
		}}, nil
	}
}

// marks are the marks of the steps that show, in order: the name of an icon, or nothing while a step goes on.
func (l *steps) marks(t *testing.T) []string {
	t.Helper()
	names := make([]string, 0, len(l.box.Objects))
	for _, name := range []string{"dns", "tls", "version"} {
		line, ok := l.lines[name]
		switch {
		case !ok:
		case line.mark.Visible() == line.turning.Visible():
			t.Errorf("%s has a mark: %t, and turns: %t", name, line.mark.Visible(), line.turning.Visible())
		case line.mark.Visible():
			names = append(names, line.mark.Resource.Name())
		default:
			names = append(names, "")
		}
	}
	return names
}

func TestStepsShowAsTheyAreTaken(t *testing.T) {
	good, caution, bad := assets.Icon(assets.Good).Name(), assets.Icon(assets.Caution).Name(), assets.Icon(assets.Bad).Name()
	test.NewTempApp(t)
	l := newSteps()
	for i, want := range [][]string{{""}, {good}, {good, ""}, {good, caution}, {good, caution, ""}, {good, caution, bad}} {
		l.set(taken[i])
		if got := l.marks(t); !slices.Equal(got, want) {
			t.Errorf("after %+v the marks are %q, want %q", taken[i], got, want)
		}
	}
	if line := l.lines["dns"]; line.words.Text != "Look up crm.example" || line.took.Text != "12 ms" || line.detail.Text != "10.1.2.3" {
		t.Errorf("a step reads %q %q %q", line.words.Text, line.took.Text, line.detail.Text)
	}
	if line := l.lines["version"]; line.took.Text != "1.4 s" || line.detail.Visible() {
		t.Errorf("a step without detail took %q, and shows one: %t", line.took.Text, line.detail.Visible())
	}
}

func TestTimesAreAtTheRightEdge(t *testing.T) {
	w := open(t, &fake{trial: wrongVersion(), steps: taken}, fleet()...)
	newSite(t, w)
	w.press(t, "Test connection")
	w.win.Resize(fyne.NewSize(1200, 801))
	for _, o := range w.objects() {
		text, ok := o.(*canvas.Text)
		if !ok || !slices.Contains([]string{"12 ms", "< 1 ms", "1.4 s"}, text.Text) {
			continue
		}
		place := fyne.CurrentApp().Driver().AbsolutePositionForObject
		end, edge := place(text).X+text.MinSize().Width, place(w.page.scroll).X+w.page.scroll.Size().Width
		if end > edge-10 || end < edge-40 {
			t.Errorf("%q ends at %v, and the page at %v", text.Text, end, edge)
		}
	}
	w.reads(t, "12 ms", "< 1 ms", "1.4 s")
}

func TestATestShowsItsStepsWhileItGoesOn(t *testing.T) {
	began, typed := make(chan struct{}), make(chan struct{})
	agent := &fake{steps: taken[:3], trial: func(ctx context.Context) (link.Trial, error) {
		close(began)
		<-ctx.Done()
		<-typed
		return link.Trial{}, ctx.Err()
	}}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	agent.typing.Lock() // the steps come after the press: there is no UI thread that would see to that
	test.Tap(w.button("Test connection"))
	agent.typing.Unlock()
	<-began
	w.reads(t, "Look up crm.example", "12 ms", "10.1.2.3", "Check the certificate", "Testing the connection…")
	test.Tap(w.button("Cancel test"))
	close(typed)
	w.calls.Wait()
	if strings.Contains(w.texts(), "Look up") {
		t.Error("the steps of a cancelled test stay")
	}
}

func TestAFailureIsNamedAndExplained(t *testing.T) {
	agent := &fake{trial: wrongVersion(), steps: taken}
	w := open(t, agent, fleet()...)
	newSite(t, w)
	w.press(t, "Test connection")
	w.reads(t, "Other web services", "crm.example has no Services86.", "Choose a version that answers.", "Ask for Services86")
	w.press(t, "What does this mean?")
	if got := strings.Join(agent.asked, ","); got != "test,help version" {
		t.Errorf("the agent was asked %q", got)
	}
	agent.trial = fails
	w.press(t, "Test again")
	if w.button("What does this mean?") != nil {
		t.Error("there is help on a failure without a reason")
	}
}

func TestAnOfferIsTakenAndTested(t *testing.T) {
	for _, tt := range []struct {
		offer link.Offer
		reads string // beside its button
		want  func(link.SiteForm) bool
	}{
		{link.Offer{Words: "Use Services88", Field: "services", Value: "Services88"}, "", func(f link.SiteForm) bool { return f.Services == "Services88" }},
		{link.Offer{Words: "Use the address that answers", Field: "url", Value: "https://b.example/"}, "https://b.example/", func(f link.SiteForm) bool { return f.URL == "https://b.example/" }},
		{link.Offer{Words: "Trust this key", Field: "pin", Value: "sha256/abc"}, "sha256/abc", func(f link.SiteForm) bool { return f.Pin == "sha256/abc" }},
		{link.Offer{Words: "Use HTTP/1.1", Field: "http1_only", Value: "true"}, "", func(f link.SiteForm) bool { return f.HTTP1Only }},
	} {
		agent := &fake{trial: wrongVersion(tt.offer)}
		w := open(t, agent, fleet()...)
		newSite(t, w)
		w.press(t, "Test connection")
		w.reads(t, tt.reads)
		agent.trial = passes
		w.press(t, tt.offer.Words)
		w.reads(t, "Is this the installation you meant?")
		if len(agent.tested) != 2 || !tt.want(agent.tested[1]) || agent.tested[1].Secret != "hunter2" {
			t.Errorf("%s: tested %+v", tt.offer.Words, agent.tested)
		}
		if deep := tt.offer.Field == "pin" || tt.offer.Field == "http1_only"; w.page != nil && deep {
			w.reads(t, "Pinned key") // what was entered can be seen
		}
	}
}

// What has no room on the button of an offer is to know before it is pressed all the same.
func TestAnOfferThatSaysMuchIsReadWhole(t *testing.T) {
	fingerprint := strings.Repeat("AB:", 31) + "AB"
	words := "Trust this one certificate, issued by Example Root CA (Example AS), valid until 25 November 2027, SHA-256 fingerprint " + fingerprint + ": compare it first"
	w := open(t, &fake{trial: wrongVersion(link.Offer{Words: words, Field: "pin", Value: "sha256/abc"})}, fleet()...)
	newSite(t, w)
	w.press(t, "Test connection")
	w.reads(t, fingerprint, "compare it first")
}

func TestOffersThatTheFormCannotTake(t *testing.T) {
	for name, o := range map[string]link.Offer{
		"an unknown field":          {Words: "X", Field: "nonsense", Value: "x"},
		"a secret":                  {Words: "X", Field: "app_token", Value: "x"},
		"a password":                {Words: "X", Field: "password", Value: "x"},
		"plain http":                {Words: "X", Field: "allow_http", Value: "true"},
		"an input that is not here": {Words: "X", Field: "tenant", Value: "Cust1"},
		"no version":                {Words: "X", Field: "services", Value: "Services99"},
		"a value that turns round":  {Words: "X", Field: "url", Value: "https://a/\u202ex"},
		"an endless value":          {Words: "X", Field: "url", Value: "https://" + endless},
		"nothing":                   {Words: "X", Field: "url"},
	} {
		w := open(t, &fake{trial: wrongVersion(o)}, fleet()...)
		newSite(t, w)
		w.press(t, "Test connection")
		if w.button("X") != nil {
			t.Errorf("%s is offered", name)
		}
	}
}

func TestHostileTextsOfATest(t *testing.T) {
	evil := "a\u202eb\x1b[31m\nc " + endless
	agent := &fake{steps: []link.Step{{Name: "x", Words: evil, Detail: evil, State: link.StepFailed, Took: 9e17}},
		trial: func(context.Context) (link.Trial, error) {
			return link.Trial{Failure: &monitor.Failure{Reason: "r", Title: evil, Text: evil, Remedy: evil},
				Offers: []link.Offer{{Words: evil, Field: "url", Value: strings.Repeat("w", 400)}}}, nil
		}}
	w := open(t, agent, fleet()...)
	w.win.Resize(fyne.NewSize(600, 400))
	newSite(t, w)
	want := w.least()
	w.press(t, "Test connection")
	if got := w.least(); got.Width != want.Width || got.Height > 400 {
		t.Errorf("the minimum was %v and is %v", want, got)
	}
	if text := w.texts(); strings.ContainsAny(text, "\u202e\x1b") {
		t.Errorf("marks that turn text round or steer a terminal show:\n%s", text)
	}
	for _, o := range w.objects() {
		if b, ok := o.(*button); ok && b.MinSize().Width > 300 {
			t.Errorf("the button %q is %v wide", b.Text, b.MinSize().Width)
		}
	}
}

func TestTookWords(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "< 1 ms", 999 * time.Microsecond: "< 1 ms", time.Millisecond: "1 ms", 999 * time.Millisecond: "999 ms", 1500 * time.Millisecond: "1.5 s", time.Minute: "60.0 s"} {
		if got := tookWords(d); got != want {
			t.Errorf("tookWords(%v) = %q, want %q", d, got, want)
		}
	}
}

// However high the window is, what a test ends with is in sight, also where the form alone just fitted.
func TestTheOutcomeIsInSight(t *testing.T) {
	for height := float32(560); height <= 1000; height += 20 {
		w := open(t, &fake{trial: wrongVersion(), steps: taken}, fleet()...)
		w.win.Resize(fyne.NewSize(1200, height))
		newSite(t, w)
		w.press(t, "Test connection")
		s := w.page.scroll
		if below := s.Content.MinSize().Height - s.Offset.Y - s.Size().Height; below > 1 {
			t.Errorf("in a window %v high the last %v of the outcome are out of sight", height, below)
		}
	}
}

func TestAFailureIsSaidOnce(t *testing.T) {
	const text = "crm.example has no Services86"
	step := link.Step{Name: "version", Words: "Ask for it", State: link.StepFailed, Detail: text}
	w := open(t, &fake{steps: []link.Step{step}, trial: func(context.Context) (link.Trial, error) {
		return link.Trial{Steps: []link.Step{step}, Failure: &monitor.Failure{Reason: "version", Title: "Other web services", Text: text, Remedy: "Choose a version that answers."}}, nil
	}}, fleet()...)
	newSite(t, w)
	w.press(t, "Test connection")
	// What shows is listed once or more; the remedy shows once.
	if all := w.texts(); strings.Count(all, text) != strings.Count(all, "Choose a version that answers") {
		t.Errorf("the failure is said more than once:\n%s", all)
	}
}
