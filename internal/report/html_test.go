package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"licensewatch/monitor"
)

func TestThePageStandsAloneAndShowsProblemsFirst(t *testing.T) {
	page := render(t, func(b *bytes.Buffer) error { return HTML(b, sample(), noon) })
	if m := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=`).FindString(page); m != "" {
		t.Errorf("the page holds %q: it must need nothing and run nothing", m)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "#") && m[1] != "https://shop.example/renew" {
			t.Errorf("the page refers to %s", m[1])
		}
	}
	for _, want := range []string{
		`<a href="https://shop.example/renew" rel="noreferrer noopener nofollow">Open shop.example</a>`,
		"Renew &lt;b&gt;soon&lt;/b&gt; | now [1m",
		"prefers-color-scheme: dark", "size: A4", "Sales Premium", "expires 30 June 2027, 220 days left", "Modules stop",
		"The latest question failed: the licence server did not answer",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(page, "Not shown") {
		t.Error("the page shows a hidden module")
	}
	last := 0
	for _, name := range []string{">Lost<", ">Head office / SUPEROFFICE<", ">Branch / SUPEROFFICE<"} {
		at := strings.Index(page, name)
		if at < last {
			t.Errorf("%s stands at %d, want it behind %d: the worst comes first", name, at, last)
		}
		last = at
	}
}

func TestThePageTellsAnOutageOnce(t *testing.T) {
	page := render(t, func(b *bytes.Buffer) error { return HTML(b, troubled(), noon) })
	wantWellFormed(t, page)
	for text, want := range map[string]int{"none of its 2 sites can be reached": 1, "It cannot be reached now.": 2, "the tenant is suspended": 1, "The certificate of b.example": 2, ">Branch<": 1} {
		if n := strings.Count(page, text); n != want {
			t.Errorf("the page says %q %d times, want %d", text, n, want)
		}
	}
}

func TestEverySeverityHasAShapeAndAWord(t *testing.T) {
	s := sample()
	s.Sites[0].Severity, s.Sites[0].Owners[0].Severity = monitor.Critical, monitor.Critical
	page := render(t, func(b *bytes.Buffer) error { return HTML(b, s, noon) })
	shapes := map[string]bool{}
	for severity := monitor.OK; severity <= monitor.Critical; severity++ {
		shape := regexp.MustCompile(`<symbol id="` + severity.String() + `"[^>]*>(.*?)</symbol>`).FindStringSubmatch(page)
		if shape == nil || shapes[shape[1]] {
			t.Errorf("%v has no shape of its own", severity)
			continue
		}
		shapes[shape[1]] = true
		if severity > monitor.OK && !strings.Contains(page, `<span class="word `+severity.String()+`">`+severity.String()) {
			t.Errorf("%v is not said in words", severity)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	s := sample()
	o := &s.Sites[1].Owners[0]
	const evil = `"><script>alert(1)</script><a href="javascript:x">`
	o.Owner, o.Verdict.Message, o.Licence.Company, o.Licence.Modules[0].Description = evil, evil, evil, evil
	o.Findings[0].Text, o.Findings[0].Action = evil, evil
	for _, link := range []string{"javascript:alert(1)", "https://u:p@shop.example/", "file:///etc/passwd", `https://shop.example/"onclick="x`} {
		o.Findings[0].URL = link
		page := render(t, func(b *bytes.Buffer) error { return HTML(b, s, noon) })
		if strings.Contains(page, "<script") || regexp.MustCompile(`<a [^>]*(javascript|u:p@|file:|onclick="x)`).MatchString(page) {
			t.Errorf("with %s the page holds what a server smuggled in", link)
		}
		wantWellFormed(t, page)
	}
}

// wantWellFormed checks that every element of the page is closed in order.
func wantWellFormed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, []string{"meta", "br"}, xml.HTMLEntity
	var open []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
		case xml.EndElement:
			if n := len(open); n == 0 || open[n-1] != token.Name.Local {
				t.Fatalf("</%s> closes %v", token.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v stays open", open)
	}
}
