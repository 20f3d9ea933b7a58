package keyring

import (
	"context"
	"sync"

	"licensewatch/internal/secret"
)

// Memory keeps secrets for as long as the program runs. Its zero value is empty; it is safe for use by many
// goroutines.
type Memory struct {
	mu   sync.Mutex
	kept map[string]*secret.Text // pointers: fmt prints what is behind unexported fields, but no further than these
}

// Get returns a site's secret; its error is *Error, state Missing.
func (m *Memory) Get(_ context.Context, site string, kind Kind) (secret.Text, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if text, ok := m.kept[account(site, kind)]; ok {
		return *text, nil
	}
	return "", newError(Missing, site, kind, "")
}

// Set keeps a site's secret. It never fails.
func (m *Memory) Set(_ context.Context, site string, kind Kind, text secret.Text) error {
	m.put(site, kind, text)
	return nil
}

// Delete forgets a site's secret. It never fails.
func (m *Memory) Delete(_ context.Context, site string, kind Kind) error {
	m.forget(site, kind)
	return nil
}

func (m *Memory) put(site string, kind Kind, text secret.Text) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]*secret.Text{}
	}
	m.kept[account(site, kind)] = &text
}

func (m *Memory) forget(site string, kind Kind) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, account(site, kind))
}
