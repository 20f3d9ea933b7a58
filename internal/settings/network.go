package settings

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// NoProxy is the value of Site.Proxy with which the environment's proxy is not used.
const NoProxy = "none"

var proxySchemes = []string{"http", "https", "socks5"}

// proxy never repeats the address in its words: it may carry a password.
func proxy(written string) *Problem {
	if written == "" || written == NoProxy {
		return nil
	}
	say := func(text, remedy string) *Problem { return problem("proxy", text, remedy) }
	const sample = `write it as "http://proxy.example.com:3128", or "none" for no proxy`
	u, err := url.Parse(written)
	switch {
	case err != nil || !printable(written) || strings.TrimSpace(written) != written || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return say("the proxy is not an address", sample)
	case !slices.Contains(proxySchemes, u.Scheme):
		return say("the proxy does not begin with http://, https:// or socks5://", sample)
	case u.User != nil:
		return say("the proxy's address carries a user or a password", `use the key proxy_user, and "licensewatch signin --proxy" for the password`)
	}
	return nil
}

func (s Site) proxyUser() *Problem {
	if s.ProxyUser != "" && (s.Proxy == "" || s.Proxy == NoProxy) {
		return problem("proxy_user", "the site has a proxy_user and no proxy", "name the proxy, or leave proxy_user out")
	}
	return plainText("proxy_user", s.ProxyUser, "svc-licence")
}

// pin checks the form of soapclient.Pin.
func pin(written string) *Problem {
	if written == "" {
		return nil
	}
	text, found := strings.CutPrefix(written, "sha256/")
	if hash, err := base64.StdEncoding.DecodeString(text); !found || err != nil || len(hash) != sha256.Size {
		return problem("pin", "the pin is not one", `write it as the connection test shows it, as "sha256/" and 44 characters, or leave it out`)
	}
	return nil
}
