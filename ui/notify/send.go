package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gen2brain/beeep"

	"licensewatch/monitor"
)

// ChildCommand is the hidden subcommand that runs Deliver.
const ChildCommand = "notify-child"

// Sender hands messages to the desktop.
type Sender struct {
	// Command makes the child, with exec.CommandContext: a process that runs Deliver on its standard input.
	// Nil stands for this program with the one argument ChildCommand.
	Command func(context.Context) *exec.Cmd
	// Icon returns the path of the icon file for a message. It must stay the same for the same severity: Windows keeps it.
	Icon     func(Message) string
	Deadline time.Duration // 0: 10 s
}

// parcel is what the child reads.
type parcel struct {
	Message Message `json:"message"`
	Icon    string  `json:"icon"`
}

// Send returns nil once the desktop took m. Whether anybody sees it, no desktop tells. When parent ends first, its error
// is parent's.
func (s *Sender) Send(parent context.Context, m Message) error {
	deadline := s.Deadline
	if deadline == 0 {
		deadline = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(parent, deadline)
	defer cancel()
	in, err := json.Marshal(parcel{m, s.Icon(m)})
	if err != nil {
		return err
	}
	cmd, err := s.child(ctx)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), nil, &said
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	switch {
	case err == nil:
		return nil
	case parent.Err() != nil:
		return parent.Err()
	case ctx.Err() != nil:
		return fmt.Errorf("the notification service does not answer within %v", deadline)
	case said.Len() == 0:
		return fmt.Errorf("the notification service cannot be asked: %w", err)
	}
	return fmt.Errorf("the notification service refuses: %s", monitor.Harmless(strings.TrimPrefix(said.String(), "licensewatch: "), maxLine))
}

func (s *Sender) child(ctx context.Context) (*exec.Cmd, error) {
	if s.Command != nil {
		return s.Command(ctx), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("the program cannot find itself: %w", err)
	}
	return exec.CommandContext(ctx, self, ChildCommand), nil
}

// Deliver is the child: it reads one message from in and hands it to the desktop.
func Deliver(in io.Reader) error {
	var p parcel
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		return fmt.Errorf("the message is not understood: %w", err)
	}
	beeep.AppName = "Licensewatch"
	return beeep.Notify(p.Message.Title, p.Message.Body, p.Icon)
}
