//go:build linux

// Desktop runs a command in a virtual desktop without a screen and ends with its exit code:
//
//	go run ./scripts/desktop [-seconds N] [-shot FILE [-window TITLE]] [-size WxH] -- COMMAND [ARG]...
//
// It saves the screen to FILE when a notification is on it, and a window of that title if one is named, and
// again when another comes. After N seconds, and at an interrupt, it ends the command with SIGTERM.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"licensewatch/internal/desktop"
)

func main() {
	seconds := flag.Int("seconds", 0, "end the command after so many seconds; 0: it ends by itself")
	var shot picture
	flag.StringVar(&shot.file, "shot", "", "save the screen as a PNG `file` at each notification")
	flag.StringVar(&shot.window, "window", "", "not before a window with that `title` is there")
	size := flag.String("size", "1280x800", "of the screen in pixels")
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(64)
	}
	var opts desktop.Options
	if _, err := fmt.Sscanf(*size, "%dx%d", &opts.Size.X, &opts.Size.Y); err != nil {
		fmt.Fprintf(os.Stderr, "desktop: -size %s: not of the form 1280x800\n", *size)
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := run(ctx, opts, time.Duration(*seconds)*time.Second, shot, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "desktop:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// run runs the command until it ends, its time is over (0: it has no limit) or ctx ends, and returns its exit
// code.
func run(ctx context.Context, opts desktop.Options, limit time.Duration, shot picture, args []string) (code int, err error) {
	starting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	d, err := desktop.Start(starting, opts)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()

	ctx, finish := context.WithCancel(ctx)
	defer finish()
	if limit > 0 {
		defer time.AfterFunc(limit, finish).Stop()
	}
	cmd := command(ctx, d, args)
	if err := cmd.Start(); err != nil {
		return 127, err
	}
	shooting := make(chan error, 1)
	go func() { shooting <- shot.take(ctx, d) }()
	cmd.Wait() // its state says all
	code = exitCode(ctx, cmd)
	finish()
	return code, <-shooting
}

// command is args in the desktop, on this program's standard streams. The end of ctx asks it to end, and
// kills it if it does not.
func command(ctx context.Context, d *desktop.Desktop, args []string) *exec.Cmd {
	cmd := d.Command(ctx, args[0], args[1:]...)
	cmd.Dir = "" // where the caller is
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// exitCode is the command's, or 0 when it was asked to end and the signal ended it.
func exitCode(ctx context.Context, cmd *exec.Cmd) int {
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case status.Signaled() && status.Signal() == syscall.SIGTERM && ctx.Err() != nil:
		return 0
	case status.Signaled():
		return 128 + int(status.Signal())
	}
	return cmd.ProcessState.ExitCode()
}

// picture is what is saved of the desktop. Without a file it is nothing.
type picture struct{ file, window string }

// take saves the screen at each notification until ctx ends.
func (p picture) take(ctx context.Context, d *desktop.Desktop) error {
	if p.file == "" {
		return nil
	}
	said := false
	for known := 0; ; {
		count, err := p.await(ctx, d, known)
		if ctx.Err() != nil {
			if !said {
				fmt.Fprintf(os.Stderr, "No notification was shown before the end, so %s is not saved.\n", p.file)
			}
			return nil
		}
		if err != nil {
			return err
		}
		resting, cancel := context.WithTimeout(ctx, 3*time.Second)
		settle(resting, d)
		cancel()
		saved, err := p.save(ctx, d)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if saved && !said {
			said = true
			fmt.Printf("The desktop with its newest notification: %s\n", p.file)
		}
		known = count
	}
}

// save takes the picture and keeps it if a notification was on the screen until then: one stays there for
// seconds only.
func (p picture) save(ctx context.Context, d *desktop.Desktop) (bool, error) {
	fresh := p.file + ".new.png"
	if err := d.Screenshot(fresh); err != nil {
		return false, err
	}
	shown, _, err := d.Notified(ctx)
	if err != nil || shown == 0 {
		return false, errors.Join(err, os.Remove(fresh))
	}
	return true, os.Rename(fresh, p.file)
}

// await returns how many notifications have come once there are more than known, one is on the screen and the
// window is there.
func (p picture) await(ctx context.Context, d *desktop.Desktop, known int) (count int, err error) {
	return count, desktop.Until(ctx, "a notification", func() error {
		shown, all, err := d.Notified(ctx)
		if err != nil {
			return err
		}
		if shown == 0 || all == known {
			return errors.New("no new one is shown")
		}
		if p.window != "" {
			found, err := d.Windows(ctx, p.window)
			if err != nil || len(found) == 0 {
				return errors.Join(errors.New("the window is not there"), err)
			}
		}
		count = all
		return nil
	})
}

// settle returns when nothing has moved on the screen for half a second, or ctx ends.
func settle(ctx context.Context, d *desktop.Desktop) {
	last, since := image.NewRGBA(image.Rectangle{}), time.Now()
	desktop.Until(ctx, "a picture at rest", func() error {
		now, err := d.Screen()
		if err != nil {
			return err
		}
		if !bytes.Equal(now.Pix, last.Pix) {
			last, since = now, time.Now()
		}
		if time.Since(since) < 500*time.Millisecond {
			return errors.New("it moves")
		}
		return nil
	})
}
