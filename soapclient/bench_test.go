//go:build unix

package soapclient_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"licensewatch/soapclient"
	"licensewatch/soapclient/simulator"
)

// TestMain lets the test binary play the server in a process of its own, so that a benchmark counts the
// client's CPU alone.
func TestMain(m *testing.M) {
	if os.Getenv("BENCH_SERVER") == "" {
		os.Exit(m.Run())
	}
	s := simulator.New(single())
	if _, err := s.Start("127.0.0.1:0"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.URL("Head office"))
	bufio.NewReader(os.Stdin).ReadString('\n') // until the benchmark ends
}

func benchClient(b *testing.B) *soapclient.Client {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "BENCH_SERVER=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stdin.Close(); cmd.Wait() })
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	transport := soapclient.NewTransport(soapclient.TransportOptions{})
	b.Cleanup(transport.CloseIdleConnections)
	return &soapclient.Client{
		Address:   soapclient.Address{Base: strings.TrimSpace(url), Version: "Services86"},
		SignIn:    soapclient.Password{User: "ADM0", Secret: known("s3cret & <more>")},
		Transport: transport,
	}
}

// measure reports the CPU that this process, the client, used for each call.
func measure(b *testing.B, call func(ctx context.Context) error) {
	if err := call(b.Context()); err != nil { // signs in and connects
		b.Fatal(err)
	}
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		if err := call(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkStatusCall(b *testing.B) {
	c := benchClient(b)
	measure(b, func(ctx context.Context) error {
		_, err := c.LicenceStatus(ctx, "SUPEROFFICE")
		return err
	})
}

func BenchmarkAllOwnersCall(b *testing.B) {
	c := benchClient(b)
	measure(b, func(ctx context.Context) error {
		_, err := c.Licences(ctx)
		return err
	})
}

// BenchmarkPostAlone sends the bytes of a status call to the same server and drops the answer: what net/http, the runtime
// and the system cost before anything of ours begins.
func BenchmarkPostAlone(b *testing.B) {
	c := benchClient(b)
	var sent *http.Request
	var body []byte
	wire := c.Transport
	c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		return wire.RoundTrip(r)
	})
	if _, err := c.LicenceStatus(b.Context(), "SUPEROFFICE"); err != nil {
		b.Fatal(err)
	}
	measure(b, func(ctx context.Context) error {
		r := sent.Clone(ctx)
		r.Body = io.NopCloser(bytes.NewReader(body))
		resp, err := wire.RoundTrip(r)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	})
}
