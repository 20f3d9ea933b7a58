package monitor

import "fmt"

// Severity says how badly something needs the administrator. Greater is worse; what is not known ranks
// above a warning, so that it is never hidden behind one.
type Severity int

const (
	OK       Severity = iota // nothing to do
	Warning                  // something to do, nobody is hurt yet
	Unknown                  // no trustworthy answer
	Critical                 // users lose, or have lost, something
)

// Nothing is worse than all there is: as Rules.Least it lets nothing be told.
const Nothing = Critical + 1

var severityNames = [...]string{"ok", "warning", "unknown", "critical", "none"}

// String returns "ok", "warning", "unknown" or "critical", "none" for Nothing.
func (s Severity) String() string {
	if s < OK || s > Nothing {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return severityNames[s]
}

// MarshalText writes String's word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(b []byte) error {
	for i, name := range severityNames {
		if string(b) == name {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("severity %q is not one of ok, warning, unknown, critical, none", b)
}
