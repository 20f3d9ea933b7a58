//go:build unix

package agent

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"licensewatch/internal/keyring"
	"licensewatch/internal/settings"
	"licensewatch/internal/source"
	"licensewatch/monitor"
)

// An agent that starts with its desktop finds the keyring locked: it waits quietly, then says so once for all sites, and goes on by itself.
func TestAKeyringThatIsLockedAtLogInIsToldOnceAndWaitedFor(t *testing.T) {
	for _, state := range []keyring.State{keyring.Locked, keyring.Absent, keyring.Hung} {
		t.Run(string(state), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "state.json")
			synctest.Test(t, func(t *testing.T) {
				var sites []settings.Site
				secrets := &vault{shut: state}
				for i := range 12 {
					s := settings.Site{Name: fmt.Sprintf("site %02d", i), URL: "https://127.0.0.1:1", Services: "Services88", SignIn: "password", User: "admin"}
					sites = append(sites, source.Plain(s))
					secrets.Memory.Set(t.Context(), s.Name, keyring.Password, "secret")
				}
				cfg := monitor.Config{Source: source.New(secrets, sites), Policy: monitor.DefaultPolicy(30 * time.Minute), DetailsInterval: 6 * time.Hour}
				for _, s := range sites {
					cfg.Sites = append(cfg.Sites, source.Watched(s))
				}
				d := sit(file)
				m := monitor.New(cfg)
				ctx, cancel := context.WithCancel(t.Context())
				var parts sync.WaitGroup
				parts.Go(func() { d.run(ctx) })
				parts.Go(func() { m.Run(ctx, d.take) })
				wait := func(long time.Duration) {
					time.Sleep(long) // the bubble's clock
					synctest.Wait()
				}
				wait(3 * time.Minute)
				if sent := d.look().sent; len(sent) > 0 {
					t.Errorf("within three minutes it tells %q", sent)
				}
				wait(5 * time.Minute)
				sent := d.look().sent
				if len(sent) != 1 || !strings.Contains(sent[0], "12 sites") {
					t.Errorf("after eight minutes it has told %q, want one notification for all sites", sent)
				}
				wait(3 * time.Hour)
				if again := d.look().sent; len(again) != 1 {
					t.Errorf("three hours later it has told %q, want no more", again)
				}
				secrets.shutTo("")
				wait(6 * time.Minute)
				cancel()
				parts.Wait()
				if slices.ContainsFunc(d.latest.Sites, func(s *monitor.SiteState) bool {
					return s.Failure == nil || s.Failure.Kind == monitor.KindKeyring
				}) {
					t.Errorf("six minutes after it was opened some sites still wait for the keyring: %+v", d.latest.Sites[0].Failure)
				}
			})
		})
	}
}
