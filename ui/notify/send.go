package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	// Command makes the child, with exec.CommandContext: a process that runs Deliver on its standard input and output.
	// Nil stands for this program with the one argument ChildCommand.
	Command func(context.Context) *exec.Cmd
	// Icon returns the path of the icon file for a message. It must stay the same for the same severity: Windows keeps it.
	Icon     func(Message) string
	Sound    func(Message) bool // whether a sound goes with it; nil: never
	Deadline time.Duration      // 0: 10 s
}

// noService is what the child says when nobody is there to take a message: beeep's own words are those of a bus.
const noService = "no notification service runs on this desktop"

// parcel is what the child reads.
type parcel struct {
	Message Message `json:"message"`
	Icon    string  `json:"icon"`
	Sound   bool    `json:"sound,omitempty"`
	Ask     bool    `json:"ask,omitempty"` // who took it is to be found out
}

// Receipt is who took a message, as far as that can be asked.
type Receipt struct {
	Service string `json:"service,omitempty"` // name and version of the notification service
	Hushed  *bool  `json:"hushed,omitempty"`  // Do Not Disturb is on; nil: nobody can tell
}

// Send returns nil once the desktop took m. Whether anybody sees it, no desktop tells. When parent ends first, its error
// is parent's.
func (s *Sender) Send(parent context.Context, m Message) error {
	_, err := s.send(parent, m, false)
	return err
}

// Try does what Send does, and returns who took the message.
func (s *Sender) Try(parent context.Context, m Message) (Receipt, error) {
	return s.send(parent, m, true)
}

func (s *Sender) send(parent context.Context, m Message, ask bool) (Receipt, error) {
	deadline := s.Deadline
	if deadline == 0 {
		deadline = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(parent, deadline)
	defer cancel()
	in, err := json.Marshal(parcel{m, s.Icon(m), s.Sound != nil && s.Sound(m), ask})
	if err != nil {
		return Receipt{}, err
	}
	cmd, err := s.child(ctx)
	if err != nil {
		return Receipt{}, err
	}
	var receipt, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &receipt, &said
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	words := strings.TrimSpace(strings.TrimPrefix(said.String(), "licensewatch: "))
	var r Receipt
	switch taken := json.NewDecoder(&receipt).Decode(&r); {
	case taken == nil: // what failed is the sound at most: to send it again would be worse
		r.Service = Safe(r.Service, 60)
		return r, nil
	case err == nil:
		return Receipt{}, fmt.Errorf("the notification service cannot be asked: %w", taken)
	case parent.Err() != nil:
		return Receipt{}, parent.Err()
	case ctx.Err() != nil:
		return Receipt{}, fmt.Errorf("the notification service does not answer within %v", deadline)
	case words == "":
		return Receipt{}, fmt.Errorf("the notification service cannot be asked: %w", err)
	case words == noService:
		return Receipt{}, errors.New(noService)
	}
	return Receipt{}, fmt.Errorf("the notification service refuses: %s", monitor.Harmless(words, maxLine))
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

// Deliver is the child: it reads one message from in, hands it to the desktop, and then writes a receipt to out.
//
// No notification is of the urgency that would break through the desktop's Do Not Disturb. So beeep.Alert, which gives it on Linux, is for
// the other systems, where it lets the notification have the system's sound; on Linux beeep.Beep comes after it.
func Deliver(in io.Reader, out io.Writer) error {
	var p parcel
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		return fmt.Errorf("the message is not understood: %w", err)
	}
	beeep.AppName = "Licensewatch"
	show := beeep.Notify
	if p.Sound && alertIsCalm {
		show = beeep.Alert
	}
	switch err := show(p.Message.Title, p.Message.Body, p.Icon); {
	case err != nil && unserved():
		return errors.New(noService)
	case err != nil:
		return err
	}
	var r Receipt
	if p.Ask {
		r = ask()
	}
	if err := json.NewEncoder(out).Encode(r); err != nil {
		return err
	}
	if p.Sound && !alertIsCalm {
		return beeep.Beep(beeep.DefaultFreq, beeep.DefaultDuration)
	}
	return nil
}
