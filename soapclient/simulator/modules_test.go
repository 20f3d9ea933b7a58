package simulator

import "testing"

// Who shows that all is well, or measures it, needs seats that do not run out.
func TestNobodyRunsOutOfSeatsUnasked(t *testing.T) {
	for name, w := range map[string]World{"Demo": Demo(), "Build": Build(3, 2, 60)} {
		for _, s := range w.Sites {
			for _, o := range s.Owners {
				for _, m := range o.Licence.Modules {
					if free := m.Total - m.InUse; m.Type == "UserLicense" && !m.Hidden && !m.Unrestricted && free < 2 {
						t.Errorf("%s: %s at %s has %d free seats of %s", name, o.Name, s.Name, free, m.Name)
					}
				}
			}
		}
	}
}
