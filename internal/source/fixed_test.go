package source

import (
	"testing"

	"licensewatch/internal/keyring"
	"licensewatch/internal/secret"
	"licensewatch/monitor"
)

func TestFixedSecretsAreAtHandOrStored(t *testing.T) {
	var stored keyring.Memory
	stored.Set(t.Context(), "Old name", keyring.Password, "stored")
	stored.Set(t.Context(), "Old name", keyring.AppToken, "stored token")
	tests := []struct {
		name string
		f    Fixed
		kind keyring.Kind
		want secret.Text // empty: missing
	}{
		{"what is at hand counts", Fixed{Password: "typed", Behind: &stored, Site: "Old name"}, keyring.Password, "typed"},
		{"what is not is taken from the store, under the old name", Fixed{Password: "typed", Behind: &stored, Site: "Old name"}, keyring.AppToken, "stored token"},
		{"a token at hand is no password", Fixed{AppToken: "typed", Behind: &stored, Site: "Old name"}, keyring.Password, "stored"},
		{"a new site has nothing stored", Fixed{Behind: &stored}, keyring.Password, ""},
		{"without a store there is nothing more", Fixed{Site: "Old name"}, keyring.Password, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.f.Get(t.Context(), "New name", tt.kind)
			if tt.want == "" {
				wantFailure(t, Failure(err, "New name"), monitor.KindKeyring, `"New name"`, "")
			} else if err != nil || string(got) != string(tt.want) {
				t.Errorf("Get brings %d bytes and %v, want the %d of %s", len(got), err, len(tt.want), tt.name)
			}
		})
	}
}
