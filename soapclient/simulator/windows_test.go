package simulator

import (
	"net/http"
	"testing"
)

// intranet is a demo whose first site has a web server in front that signs in Windows users.
func intranet() World {
	w := Demo()
	w.Sites[0].WindowsHeader = "X-Remote-User"
	w.Sites[0].Users[0].Windows = `EXAMPLE\admin`
	w.Sites[0].Users[1].Windows = "reader@other.test"
	return w
}

func TestWindowsUserSignsIn(t *testing.T) {
	s := started(t, intranet())
	m := msg{"Services86", "SoPrincipal", "AuthenticateImplicit", "", ""}
	tests := []struct{ name, site, header, user, associate string }{
		{"as the domain's NetBIOS name has it", "Head office", "X-Remote-User", `EXAMPLE\admin`, "admin"},
		{"in another case", "Head office", "x-remote-user", `example\ADMIN`, "admin"},
		{"as Kerberos has it", "Head office", "X-Remote-User", "admin@EXAMPLE.TEST", "admin"},
		{"without a domain", "Head office", "X-Remote-User", "admin", "admin"},
		{"one whose account is kept with its realm", "Head office", "X-Remote-User", `OTHER\reader`, "reader"},
		{"a user of another domain", "Head office", "X-Remote-User", `EVIL\admin`, ""},
		{"a user of a realm that begins alike", "Head office", "X-Remote-User", "reader@other.evil", ""},
		{"an unknown user", "Head office", "X-Remote-User", `EXAMPLE\nobody`, ""},
		{"a domain without a user", "Head office", "X-Remote-User", `EXAMPLE\`, ""},
		{"an empty header", "Head office", "X-Remote-User", "", ""},
		{"another header", "Head office", "X-User", `EXAMPLE\admin`, ""},
		{"a site without a web server in front", "Branch Oslo", "X-Remote-User", `EXAMPLE\admin`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base := s.URL(tt.site)
			got, err := raw(t.Context(), base, m, http.Header{http.CanonicalHeaderKey(tt.header): {tt.user}}, m.envelope())
			if err != nil {
				t.Fatal(err)
			}
			succeeded, _ := first(got.body, "AuthenticationSucceeded")
			associate, _ := first(got.body, "Associate")
			if got.status != 200 || (succeeded == "true") != (tt.associate != "") || associate != tt.associate {
				t.Errorf("the answer is %d, %s, signs in %q; want %q", got.status, succeeded, associate, tt.associate)
			}
			if ticket, _ := first(got.body, "Ticket"); tt.associate == "admin" {
				if word := heard(post(t, base, statusOf("SUPEROFFICE", ticket))); word != "Ok" {
					t.Errorf("the ticket gives %q, want Ok", word)
				}
			}
		})
	}
	signIn(t, s.URL("Head office")) // by password, as before
}
