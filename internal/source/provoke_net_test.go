package source

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/peers"
	"licensewatch/internal/secret"
	"licensewatch/internal/settings"
)

// closedPort returns an address of this computer where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return l.Addr().String()
}

// proxied reads a site through a real squid, whose user is "proxy user".
func proxied(address, password string) func(*testing.T) error {
	return func(t *testing.T) error {
		squid := peers.Squid(t, "proxy user", proxySecret)
		_, sites := begin(t)
		site := sites[0]
		if address != "" {
			site.URL = address
		}
		site.Proxy = "http://" + squid.Address
		secrets := passwords(site)
		if password != "" {
			site.ProxyUser = "proxy user"
			secrets.Set(t.Context(), head, keyring.Proxy, secret.Text(password))
		}
		return details(t.Context(), with(t, secrets, site))
	}
}

func wayProvocations() []provocation {
	return []provocation{
		{"a name of .invalid", "name-not-found", "", func(t *testing.T) error { return at(t, "https://no-such-host.invalid/Remote/") }, "the name no-such-host.invalid has no address"},
		{"no password for squid", "proxy-sign-in", "", proxied("", ""), "407"},
		{"a wrong password for squid", "proxy-sign-in", "", proxied("", "wrong"), "407"},
		{"no password for squid, over TLS", "proxy-sign-in", "", proxied("https://127.0.0.1:1/Remote/", ""), "407"},
		{"a host that squid denies", "proxy-denies", "", proxied("https://"+peers.DeniedHost+"/Remote/", proxySecret), "403"},
		{"a server that squid does not reach", "proxy-denies", "", proxied("https://127.0.0.1:1/Remote/", proxySecret), "50"},
		{"no squid", "proxy-down", "", func(t *testing.T) error {
			proxy := "http://" + closedPort(t)
			return at(t, "https://crm.example.com/Remote/", func(s *settings.Site) { s.Proxy = proxy })
		}, "the proxy cannot be reached"},
		{"a closed port", "connection-refused", "", func(t *testing.T) error { return at(t, "http://"+closedPort(t)+"/Remote/") }, "refused"},
		{"a server that is full", "connection-timeout", "", func(t *testing.T) error {
			s := sourceOf(t, settings.Site{Name: head, URL: "http://" + blackHole(t) + "/Remote/", Services: "Services86", SignIn: "password", User: "admin"})
			s.plain.(*http.Transport).DialContext = (&net.Dialer{Timeout: 200 * time.Millisecond}).DialContext
			return details(t.Context(), s)
		}, "no connection in time"},
		{"an address that is nobody's", "connection-timeout", "", func(t *testing.T) error { return at(t, "http://255.255.255.255/Remote/") }, "cannot be made"},
		{"a connection that is torn", "connection-cut", "", simulated("reset"), "was cut"},
		{"an answer that is torn", "connection-cut", "", simulated("cut"), "was cut"},
		{"a server that hangs", "timeout", "", func(t *testing.T) error {
			sim, sites := begin(t)
			do(t, sim, head+" fault hang")
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			return details(ctx, sourceOf(t, sites...))
		}, "no answer in time"},
	}
}

func TestASiteBehindAProxyIsRead(t *testing.T) {
	if err := proxied("", proxySecret)(t); err != nil {
		t.Errorf("with the right password: %v", err)
	}
}

func TestWaysOutAreNamed(t *testing.T) {
	site := func(url, proxy string) settings.Site { return settings.Site{URL: url, Proxy: proxy} }
	tests := []struct {
		name string
		site settings.Site
		want string
	}{
		{"this computer", site("http://127.0.0.1:8086/Remote/", ""), ""},
		{"this computer by name", site("http://localhost/Remote/", "http://proxy.example.com:3128"), ""},
		{"this computer by IPv6", site("https://[::1]:8443/Remote/", ""), ""},
		{"a server", site("https://crm.example.com/Remote/", settings.NoProxy), "direct"},
		{"a server behind a proxy", site("https://crm.example.com/Remote/", "http://proxy.example.com:3128"), "proxy proxy.example.com:3128"},
		{"a proxy without a port", site("https://crm.example.com/Remote/", "http://proxy.example.com"), "proxy proxy.example.com:80"},
		{"a tenant", settings.Site{Tenant: "Cust12345", Proxy: settings.NoProxy}, "direct"},
		{"a tenant behind a proxy", settings.Site{Tenant: "Cust12345", Proxy: "socks5://proxy.example.com"}, "proxy proxy.example.com:1080"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Network(tt.site); got != tt.want {
				t.Errorf("network %q, want %q", got, tt.want)
			}
		})
	}
}
