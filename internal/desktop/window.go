//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// A Window is a mapped top-level window.
type Window struct {
	ID     int
	PID    int             // of the program that it belongs to; 0 if it does not say
	Bounds image.Rectangle // on the screen, without the frame
}

// Windows returns the mapped windows with exactly this title.
func (d *Desktop) Windows(ctx context.Context, title string) ([]Window, error) {
	out, err := d.xdotool(ctx, "search", "--onlyvisible", "--name", "^"+regexp.QuoteMeta(title)+"$")
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		return nil, nil // none has this title
	}
	if err != nil {
		return nil, err
	}
	var windows []Window
	for _, field := range strings.Fields(out) {
		w, err := d.window(ctx, field)
		if _, ok := errors.AsType[*exec.ExitError](err); ok && ctx.Err() == nil {
			continue // it has gone meanwhile
		}
		if err != nil {
			return nil, err
		}
		windows = append(windows, w)
	}
	return windows, nil
}

func (d *Desktop) window(ctx context.Context, id string) (Window, error) {
	number, err := strconv.Atoi(id)
	if err != nil {
		return Window{}, fmt.Errorf("xdotool: window %q: %w", id, err)
	}
	out, err := d.Command(ctx, "xwininfo", "-id", id).Output()
	if err != nil {
		return Window{}, fmt.Errorf("xwininfo: %w", err)
	}
	value := func(label string) int {
		_, rest, _ := strings.Cut(string(out), label)
		line, _, _ := strings.Cut(rest, "\n")
		n, _ := strconv.Atoi(strings.TrimSpace(line))
		return n
	}
	w := Window{ID: number}
	w.Bounds.Min = image.Pt(value("Absolute upper-left X:"), value("Absolute upper-left Y:"))
	w.Bounds.Max = w.Bounds.Min.Add(image.Pt(value("Width:"), value("Height:")))
	if pid, err := d.xdotool(ctx, "getwindowpid", id); err == nil {
		w.PID, _ = strconv.Atoi(strings.TrimSpace(pid))
	}
	return w, nil
}

// Raise gives the window the focus and brings it to the front.
func (d *Desktop) Raise(ctx context.Context, w Window) error {
	_, err := d.xdotool(ctx, "windowactivate", "--sync", strconv.Itoa(w.ID))
	return err
}

// Place moves the window to a point of the screen.
func (d *Desktop) Place(ctx context.Context, w Window, at image.Point) error {
	_, err := d.xdotool(ctx, "windowmove", strconv.Itoa(w.ID), strconv.Itoa(at.X), strconv.Itoa(at.Y))
	return err
}

// Click presses and releases a mouse button (1 left, 3 right) at a point of the screen.
func (d *Desktop) Click(ctx context.Context, at image.Point, button int) error {
	_, err := d.xdotool(ctx, "mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", strconv.Itoa(button))
	return err
}

// Key presses and releases keys as xdotool names them, such as "ctrl+r", in the window with the focus.
func (d *Desktop) Key(ctx context.Context, keys ...string) error {
	_, err := d.xdotool(ctx, append([]string{"key", "--clearmodifiers"}, keys...)...)
	return err
}

// Type types text into the window with the focus.
func (d *Desktop) Type(ctx context.Context, text string) error {
	_, err := d.xdotool(ctx, "type", "--clearmodifiers", "--", text)
	return err
}

func (d *Desktop) xdotool(ctx context.Context, args ...string) (string, error) {
	out, err := d.Command(ctx, "xdotool", args...).Output()
	if err != nil {
		return "", fmt.Errorf("xdotool %s: %w", args[0], err)
	}
	return string(out), nil
}
