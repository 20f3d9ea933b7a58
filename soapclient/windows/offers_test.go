package windows

import (
	"net/http"
	"slices"
	"testing"
)

func TestOffers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  offers
	}{
		{"none", nil, nil},
		{"IIS", []string{"Negotiate", "NTLM"}, offers{{"Negotiate", ""}, {"NTLM", ""}}},
		{"in one line", []string{`Basic realm="a, b", charset="UTF-8", Negotiate, ntlm`}, offers{{"Basic", `realm="a, b"`}, {"Negotiate", ""}, {"ntlm", ""}}},
		{"with a token", []string{"Negotiate oYGg==", `Basic realm=x`}, offers{{"Negotiate", "oYGg=="}, {"Basic", "realm=x"}}},
		{"nonsense", []string{"", ",,", `"`, "="}, offers{{`"`, ""}}},
	} {
		if got := offered(http.Header{"Www-Authenticate": tt.lines}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestChallenge(t *testing.T) {
	o := offers{{"Basic", "AAAA"}, {"negotiate", "bad!"}, {"NEGOTIATE", "AAEC"}, {"NTLM", ""}}
	if got := o.challenge("Negotiate"); !slices.Equal(got, []byte{0, 1, 2}) {
		t.Errorf("Negotiate: %v", got)
	}
	if got := o.challenge("NTLM"); got != nil {
		t.Errorf("NTLM: %v", got)
	}
}
