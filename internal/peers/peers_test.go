package peers

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	ntlmssp "github.com/Azure/go-ntlmssp"
)

const password = "Winter is 1 coming"

func TestDomainControllerGivesTickets(t *testing.T) {
	d := KDC(t, Users{"alice": password})
	kinit := func(given string) string {
		cmd := exec.Command(program(t, "kinit"), "-c", "MEMORY:", "alice")
		cmd.Env, cmd.Stdin = append(cmd.Environ(), d.env()...), strings.NewReader(given+"\n")
		out, err := cmd.CombinedOutput()
		if err != nil {
			return string(out)
		}
		return ""
	}
	if said := kinit(password); said != "" {
		t.Errorf("the right password: %s", said)
	}
	if said := kinit("wrong"); !strings.Contains(said, "Password incorrect") || strings.Count(d.Log(), "PREAUTH_FAILED: alice@"+Realm) != 1 {
		t.Errorf("the wrong password: %s; log:\n%s", said, d.Log())
	}
	d.Stop()
	if said := kinit(password); !strings.Contains(said, "Cannot contact any KDC") {
		t.Errorf("with no domain controller: %s", said)
	}
}

func TestProxyAsksForItsPassword(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("through")) }))
	defer target.Close()
	p := Squid(t, "proxy user", "it's a pass:word")
	get := func(user *url.Userinfo, address string) int {
		c := http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: p.Address, User: user})}}
		resp, err := c.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, tt := range []struct {
		name string
		user *url.Userinfo
		to   string
		want int
	}{
		{"no password", nil, target.URL, http.StatusProxyAuthRequired},
		{"wrong password", url.UserPassword("proxy user", "wrong"), target.URL, http.StatusProxyAuthRequired},
		{"right password", url.UserPassword("proxy user", "it's a pass:word"), target.URL, http.StatusOK},
		{"denied host", url.UserPassword("proxy user", "it's a pass:word"), "http://" + DeniedHost, http.StatusForbidden},
	} {
		if got := get(tt.user, tt.to); got != tt.want {
			t.Errorf("%s: HTTP %d, want %d\n%s", tt.name, got, tt.want, p.Log(t))
		}
	}
}

func TestWebServerTakesNTLM(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(r.Header.Get(UserHeader))) }))
	defer backend.Close()
	s := Apache(t, Web{Backend: backend.URL, NTLM: Users{"alice": password}, TLS: true})
	for given, want := range map[string]int{password: http.StatusOK, "wrong": http.StatusUnauthorized} {
		own := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CA}} // a sign-in holds for its connection
		defer own.CloseIdleConnections()
		client := http.Client{Transport: ntlmssp.Negotiator{RoundTripper: own}}
		req, err := http.NewRequest("GET", s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(NTLMDomain+`\alice`, given)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		user, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want || want == http.StatusOK && string(user) != NTLMDomain+`\alice` {
			t.Errorf("HTTP %d for %q, want %d\n%s", resp.StatusCode, user, want, s.Log())
		}
	}
}
