package keyring

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	backend "github.com/zalando/go-keyring"

	"licensewatch/internal/secret"
)

const (
	maxBatch = 256       // requests to one child
	maxLine  = 256 << 10 // a secret that JSON has to escape takes six times its length

	// grace is how long a call goes on when the parent has closed the pipe: the parent may be dead, and
	// then nobody would end a call that hangs.
	grace = 2 * time.Second
)

// Serve is the child: it answers the requests it reads from in, in their order, on out, and returns when in
// ends. A call of the keyring that hangs then is left behind, so the process should end.
func Serve(in io.Reader, out io.Writer) error {
	queue := make(chan request, maxBatch)
	done := make(chan error, 1)
	go func() { done <- answer(queue, json.NewEncoder(out)) }()
	err := receive(in, queue)
	close(queue)
	select {
	case answered := <-done:
		return errors.Join(err, answered)
	case <-time.After(grace):
		return errors.Join(err, fmt.Errorf("keyring child: %w", os.ErrDeadlineExceeded))
	}
}

func receive(in io.Reader, queue chan<- request) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return errors.New("keyring child: a request is not JSON") // the error might repeat a secret
		}
		queue <- r
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("keyring child: %w", err)
	}
	return nil
}

func answer(queue <-chan request, out *json.Encoder) error {
	var d desktop
	defer d.close()
	refused := false // the user said no: he is not asked again for the same batch
	for r := range queue {
		r.Ask = r.Ask && !refused
		asked := false
		result := serveOne(&d, r, func() {
			asked = true
			out.Encode(reply{ID: r.ID, Prompt: true})
		})
		refused = refused || asked && result.closed()
		if err := out.Encode(result); err != nil {
			return fmt.Errorf("keyring child: %w", err)
		}
	}
	return nil
}

// refusal is an error with the state that it stands for.
type refusal struct {
	state  State
	reason string
}

func (r *refusal) Error() string { return string(r.state) + ": " + r.reason }

// serveOne answers one request; it calls asking before the user may be asked.
func serveOne(d *desktop, r request, asking func()) (result reply) {
	defer func() {
		if p := recover(); p != nil { // go-keyring does not survive a bus that goes away
			result = reply{ID: r.ID, State: Failed, Reason: "the keyring library panicked"}
		}
	}()
	result.ID = r.ID
	err := d.open(r, asking)
	if err == nil {
		result.Secret, err = call(r)
	}
	if err != nil {
		result.State, result.Reason = classify(err)
	}
	return result
}

// call does what r asks for; it may block without limit.
func call(r request) (secret.Text, error) {
	switch r.Op {
	case get:
		plain, err := backend.Get(service, r.Account)
		return secret.Text(plain), err
	case set:
		return "", backend.Set(service, r.Account, string(r.Secret))
	case remove:
		return "", backend.Delete(service, r.Account)
	}
	return "", fmt.Errorf("%q is no operation", r.Op)
}

// classify names the state that an error of the keyring means.
func classify(err error) (State, string) {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.state, r.reason
	}
	switch {
	case errors.Is(err, backend.ErrNotFound):
		return Missing, ""
	case errors.Is(err, backend.ErrSetDataTooBig):
		return TooLong, ""
	case errors.Is(err, backend.ErrUnsupportedPlatform):
		return Absent, "this system has none that the program knows"
	}
	if state := systemState(err); state != "" {
		return state, err.Error()
	}
	return Failed, err.Error()
}
