// Package secret holds the one type that carries passwords, tickets and tokens through the program.
package secret

import "log/slog"

// Text is a password, ticket or token. It prints and logs as "[redacted]", so that no format verb and
// no log record gives it away; string(t) is the only way to the plain text. JSON carries the plain text,
// because the private link between window and agent must.
type Text string

const redacted = "[redacted]"

func (t Text) String() string       { return redacted }
func (t Text) GoString() string     { return redacted }
func (t Text) LogValue() slog.Value { return slog.StringValue(redacted) }
