package settings

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"licensewatch/monitor"
)

// What rules and commands may be.
const (
	minReminder = time.Hour
	maxReminder = 365 * 24 * time.Hour
	maxQuiet    = 50 // lines of quiet hours
	maxCommand  = 50 // words: the program and its arguments
)

const all = "all" // notify without a mildest severity

// ruleFields returns the keys of rules, in the order in which new ones are written.
func ruleFields(r *monitor.Rules) []field {
	return []field{
		{"notify", &r.Least},
		{"remind_critical", &r.RemindCritical},
		{"remind_unknown", &r.RemindUnknown},
		{"remind_warning", &r.RemindWarning},
		{"quiet", &r.Quiet},
		{"quiet_zone", &r.Zone},
		{"quiet_lets_critical", &r.BreakQuiet},
	}
}

// storeRule puts the entry's value into target, the variable of one of ruleFields, or says how it should have been written.
func (e entry) storeRule(target any) (complaint string) {
	word := ""
	if e.kind == unstable.String {
		word = e.text
	}
	switch target := target.(type) {
	case **time.Duration:
		d, err := time.ParseDuration(word)
		if word != off && (err != nil || d == 0) {
			return e.key + ` must be a duration in quotes, as "24h", or "off"`
		}
		*target = &d
	case *[]monitor.Quiet:
		return e.storeQuiet(target)
	case **monitor.Zone:
		zone, err := monitor.LoadZone(word)
		if err != nil || e.kind != unstable.String {
			return fmt.Sprintf(`%s must be the name of a time zone, as "Europe/Oslo", and %q is none`, e.key, e.text)
		}
		*target = &zone
	case **bool:
		if e.kind != unstable.Bool {
			return e.key + " must be true or false, without quotes"
		}
		*target = new(e.text == "true")
	case **monitor.Severity:
		least := monitor.OK
		if word != all && (word == least.String() || least.UnmarshalText([]byte(word)) != nil) {
			return e.key + ` must be one of "all", "warning", "unknown", "critical" and "none"`
		}
		*target = &least
	default:
		return fmt.Sprintf("%s cannot be stored in a %T", e.key, target)
	}
	return ""
}

func (e entry) storeQuiet(target *[]monitor.Quiet) (complaint string) {
	if e.items == nil {
		return e.key + ` must be a list of texts, as ["daily 18:00-08:00", "Sat-Sun 08:00-18:00"]`
	}
	hours := []monitor.Quiet{} // not nil: none are wanted
	for _, item := range e.items {
		q, err := monitor.ParseQuiet(item)
		if err != nil {
			return e.key + " must be a list of hours: " + err.Error()
		}
		hours = append(hours, q)
	}
	*target = hours
	return ""
}

// encodeRule writes the value of one of ruleFields as TOML; nothing if it is nil.
func encodeRule(at any) string {
	switch value := at.(type) {
	case **time.Duration:
		switch {
		case *value == nil:
			return ""
		case **value == 0:
			return quote(off)
		}
		return quote(words(**value))
	case *[]monitor.Quiet:
		if *value == nil {
			return ""
		}
		quoted := make([]string, len(*value))
		for i, q := range *value {
			quoted[i] = quote(q.String())
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case **monitor.Zone:
		if *value == nil {
			return ""
		}
		return quote((*value).String())
	case **bool:
		if *value == nil {
			return ""
		}
		return encode(*value)
	case **monitor.Severity:
		switch {
		case *value == nil:
			return ""
		case **value == monitor.OK:
			return quote(all)
		}
		return quote((*value).String())
	}
	panic(fmt.Sprintf("settings: a field holds a %T", at))
}

// CheckRules returns what is wrong with rules by themselves as *Error, nil if nothing is.
func CheckRules(r monitor.Rules) error {
	if wrong := checkRules(r); len(wrong) > 0 {
		return newError("", wrong)
	}
	return nil
}

// checkRules returns what is wrong with rules.
func checkRules(r monitor.Rules) []Problem {
	return problems(
		reminder("remind_critical", r.RemindCritical),
		reminder("remind_unknown", r.RemindUnknown),
		reminder("remind_warning", r.RemindWarning),
		quietHours(r.Quiet),
	)
}

func reminder(key string, after *time.Duration) *Problem {
	switch {
	case after == nil || *after == 0:
		return nil
	case *after < minReminder:
		return problem(key, fmt.Sprintf("%s is %s, which is too short", key, words(*after)), `use "1h" or more, or "off" for no reminder`)
	case *after > maxReminder:
		return problem(key, fmt.Sprintf("%s is %s, which is too long", key, words(*after)), `use "8760h" or less, or "off" for no reminder`)
	}
	return nil
}

func quietHours(hours []monitor.Quiet) *Problem {
	switch {
	case len(hours) > maxQuiet:
		return problem("quiet", "quiet has too many lines", fmt.Sprintf("use at most %d", maxQuiet))
	case monitor.AlwaysQuiet(hours):
		return problem("quiet", "quiet covers the whole week, so that nothing would ever be told", `leave out some hours, or use notify = "critical" or "none"`)
	}
	return nil
}

// command never repeats the arguments in its words: one may be a key to a chat.
func command(words []string) *Problem {
	const sample = `write it as command = ["/usr/local/bin/to-chat", "licences"]`
	switch {
	case len(words) == 0:
		return nil
	case len(words) > maxCommand:
		return problem("command", "command has too many arguments", "put them into a program of its own")
	case !filepath.IsAbs(words[0]):
		return problem("command", "command does not begin with the whole path of a program", sample)
	}
	for _, word := range words {
		if !printable(word) {
			return problem("command", "command holds characters that cannot be shown", sample)
		}
	}
	return nil
}
