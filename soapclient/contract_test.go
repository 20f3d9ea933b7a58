package soapclient_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryRequestKeepsTheContract holds what the client sends, for every operation and version, against
// SuperOffice's own WSDL and schema, where they are at hand.
func TestEveryRequestKeepsTheContract(t *testing.T) {
	check, err := filepath.Abs("../../shared/contract/check-envelope")
	if err == nil {
		_, err = os.Stat(check)
	}
	if err != nil {
		t.Skip("skipped: SuperOffice's WSDL and schema are not beside the project")
	}
	for _, program := range []string{"xmllint", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("skipped: %s is not installed (Debian: libxml2-utils, python3)", program)
		}
	}
	var mu sync.Mutex
	var sent []simulator.Exchange
	_, c := begin(t, world(), func(s *simulator.Server) {
		s.OnRequest = func(x simulator.Exchange) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, x)
		}
	})
	for _, version := range soapclient.Versions {
		c := &soapclient.Client{Address: soapclient.Address{Base: c.Address.Base, Version: version}, SignIn: c.SignIn, AppToken: known("tok & en"), Transport: c.Transport}
		checkOperations(t, c, world().Sites[0].Owners[0].Licence)
	}
	seen := map[string]bool{}
	slots := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for _, x := range sent {
		key := x.Services + x.Operation
		if seen[key] {
			continue
		}
		seen[key] = true
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			cmd := exec.Command(check, "request", x.Services, x.Service, x.Operation, "-", "--action", x.SOAPAction, "--content-type", x.ContentType)
			cmd.Stdin = bytes.NewReader(x.Request)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s/%s: %v\n%s", x.Services, x.Operation, err, out)
			}
		})
	}
	wg.Wait()
	if want := 6 * len(soapclient.Versions); len(seen) != want {
		t.Errorf("%d operations were held against the contract, want %d", len(seen), want)
	}
}
