package picture

import (
	"encoding/xml"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"licensewatch/monitor"
)

// elements parses what SVG writes of p and returns its elements and its texts, each with the element that it is in.
func elements(t *testing.T, p Picture) (names []string, words map[string][]string, classes []string) {
	t.Helper()
	var b strings.Builder
	if err := SVG(&b, p); err != nil {
		t.Fatal(err)
	}
	words = map[string][]string{}
	d := xml.NewDecoder(strings.NewReader(b.String()))
	for within := []string(nil); ; {
		token, err := d.Token()
		if err == io.EOF {
			return names, words, classes
		}
		if err != nil {
			t.Fatalf("%v in %s", err, b.String())
		}
		switch v := token.(type) {
		case xml.StartElement:
			if v.Name.Space != "http://www.w3.org/2000/svg" {
				t.Errorf("<%s> is not of SVG's namespace", v.Name.Local)
			}
			names, within = append(names, v.Name.Local), append(within, v.Name.Local)
			for _, a := range v.Attr {
				if a.Name.Local == "class" {
					classes = append(classes, a.Value)
				}
			}
		case xml.EndElement:
			within = within[:len(within)-1]
		case xml.CharData:
			last := within[len(within)-1]
			words[last] = append(words[last], string(v))
		}
	}
}

// samples are pictures of each kind, with a text in all places where a server's may be.
func samples(text string) []Picture {
	p := Paper{Width: 640}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	finding := []monitor.Finding{{Severity: monitor.Critical, Title: text, Text: text}}
	series := randomSeries(rand.New(rand.NewPCG(7, 7)))
	series.Module.Description, series.Forecast.Words = text, text
	return []Picture{
		DateLine([]monitor.Countdown{{Kind: monitor.DateExpiry, Title: text, Date: today.AddDays(9), Days: 9, Severity: monitor.Unknown, Words: text}}, today, p),
		SeatBar(monitor.Module{Name: text, InUse: 9, Total: 7}, p),
		SeatPlot(series, today, p),
		Timeline(monitor.Past{
			Bands:  []monitor.Band{{From: now.Add(-time.Hour), Until: now, Severity: monitor.Warning, Text: text}},
			Events: []monitor.Event{{At: now.Add(-time.Hour), Site: text, To: monitor.Critical, Appeared: finding}, {At: now.Add(-time.Minute), To: monitor.OK, Gone: finding}},
		}, now.Add(-2*time.Hour), now, p),
	}
}

func TestSVGIsOneElementThatSaysWhatItShows(t *testing.T) {
	for _, p := range samples("Sales") {
		names, words, classes := elements(t, p)
		if names[0] != "svg" || slices.Contains(names[1:], "svg") {
			t.Errorf("the elements are %v", names)
		}
		if said := words["title"][0] + ". " + strings.Join(words["desc"], ""); strings.TrimRight(said, ". ") != strings.TrimRight(p.Alt, ". ") {
			t.Errorf("title and description say %q, want %q", said, p.Alt)
		}
		for _, text := range texts(p) {
			if !strings.Contains(strings.Join(words["text"], "")+strings.Join(words["tspan"], ""), strings.Fields(text)[0]) {
				t.Errorf("%q is not written", text)
			}
		}
		for _, class := range classes {
			if !strings.Contains(Style, "."+class+"{") && !strings.Contains(Style, "."+class+",") {
				t.Errorf("the style sheet does not know the class %q", class)
			}
		}
	}
}

func TestSVGTakesTextsAsTexts(t *testing.T) {
	hostile := "</title></svg><script>alert(1)</script>&amp;\"'<!--]]>\x00\x1b[2J\u202e"
	for _, p := range samples(hostile) {
		names, words, _ := elements(t, p)
		for _, name := range names {
			if !slices.Contains([]string{"svg", "title", "desc", "g", "path", "text", "tspan", "rect", "circle"}, name) {
				t.Errorf("there is an element <%s>", name)
			}
		}
		for element, all := range words {
			if i := slices.IndexFunc(all, func(s string) bool { return strings.ContainsAny(s, "\x00\x1b\u202e") }); i >= 0 {
				t.Errorf("<%s> has control characters: %q", element, all[i])
			}
		}
	}
}

func TestSVGIsSmall(t *testing.T) {
	list := monitor.Countdowns(monitor.Dates{
		NextCheck: today.AddDays(3), AdminWarning: today.AddDays(97), Expiry: today.AddDays(125), Grace: today.AddDays(137), Maintenance: today.AddDays(97),
	}, today)
	for name, c := range map[string]struct {
		picture Picture
		most    int
	}{
		"date line": {DateLine(list, today, Paper{Width: 640}), 2600},
		"seat bar":  {SeatBar(monitor.Module{Name: "user", InUse: 47, Total: 50}, Paper{Width: 140, Bare: true}), 500},
	} {
		var b strings.Builder
		if err := SVG(&b, c.picture); err != nil || b.Len() > c.most {
			t.Errorf("a %s has %d bytes (%v), want at most %d:\n%s", name, b.Len(), err, c.most, b.String())
		}
		if long := regexp.MustCompile(`\d\.\d\d`).FindString(b.String()); long != "" {
			t.Errorf("a %s has a number with decimals that nobody sees: %s", name, long)
		}
	}
}

func TestNumbersAreShort(t *testing.T) {
	for v, want := range map[float32]string{0: "0", 0.04: "0", -0.04: "0", 0.5: ".5", -0.5: "-.5", 12: "12", 12.34: "12.3", -7.26: "-7.3", 0.96: "1", 1234.5: "1234.5"} {
		if got := num(v); got != want {
			t.Errorf("num(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestApproximateIsNotTooNarrow(t *testing.T) {
	// As wide as DejaVu Sans draws them, the widest of the fonts that browsers take for sans-serif.
	for text, want := range map[string]float32{"Licence expires 27 Mar 2027, in 125 days": 250, "Modules stop": 79.7, "1234567890": 76.1, "WWWMMM": 67, "Sales premium": 89.8} {
		if got := Approximate(text, 12, false); got < 0.95*want || got > 1.25*want {
			t.Errorf("%q is taken to be %v wide, want about %v", text, got, want)
		}
	}
	if Approximate("Today", 12, true) <= Approximate("Today", 12, false) {
		t.Error("bold is not wider")
	}
}
