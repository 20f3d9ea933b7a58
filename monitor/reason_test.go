package monitor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"
)

// declared are the values of all constants of a type that the package's file declares.
func declared(t *testing.T, file, typ string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if of, ok := spec.Type.(*ast.Ident); ok && of.Name == typ {
				word, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, word)
			}
		}
		return true
	})
	if len(list) < 3 {
		t.Fatalf("%s declares %d constants of the type %s", file, len(list), typ)
	}
	return list
}

func TestEachReasonHasWords(t *testing.T) {
	said := map[string]string{}
	for _, word := range declared(t, "alert.go", "Reason") {
		words := reasons[Reason(word)]
		if words == "" || said[words] != "" {
			t.Errorf("the reason %q is said in the words %q, which are those of %q", word, words, said[words])
		}
		said[words] = word
	}
	for _, word := range declared(t, "alert.go", "Fate") {
		if fates[Fate(word)] == "" {
			t.Errorf("the fate %q has no words", word)
		}
	}
}

func TestWhy(t *testing.T) {
	now := time.Date(2026, time.November, 24, 21, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	tests := []struct {
		d    Decision
		want string
	}{
		{Decision{Fate: Tell, Reason: ReasonNew}, "sent: new"},
		{Decision{Fate: Hold, Reason: ReasonSnoozed, Until: at(11)}, "held: snoozed until Wed 25 Nov 08:00"},
		{Decision{Fate: Hold, Reason: ReasonQuiet, Until: at(2)}, "held: quiet hours until 23:00"},
		{Decision{Fate: Hold, Reason: ReasonPaused, Until: at(24 * 40)}, "held: paused until 3 Jan 2027 21:00"},
		{Decision{Fate: Hold, Reason: ReasonAcknowledged}, "held: acknowledged"},
		{Decision{Fate: Tell, Reason: ReasonReleased, Held: ReasonQuiet}, "sent: it was held until now: quiet hours"},
		{Decision{Fate: Drop, Reason: ReasonUntold}, "not sent: it was over before it was told"},
		{Decision{Fate: Drop, Reason: ReasonMild}, "not sent: milder than what the settings want told"},
	}
	for _, tt := range tests {
		tt.d.At = now
		if got := tt.d.Why(); got != tt.want {
			t.Errorf("Why = %q, want %q", got, tt.want)
		}
	}
	if got := (Decision{Fate: Hold, Reason: ReasonQuiet, At: now, Until: at(2).In(time.FixedZone("", 3600))}).Why(); !strings.HasSuffix(got, " 23:00") {
		t.Errorf("Why = %q, want the time in the zone of who reads it", got)
	}
}
