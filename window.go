package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.3/glfw"

	"licensewatch/assets"
	"licensewatch/monitor/link"
	"licensewatch/ui/window"
)

func init() { runtime.LockOSThread() } // windows belong to the main thread on every system

// canShow returns why no window can open here, nil if one can. It tries: Fyne would panic, or log a line
// and run on without a window.
func canShow() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("OpenGL cannot be used (%v)", p)
		}
	}()
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("there is no display, and so no OpenGL")
	}
	if err := glfw.Init(); err != nil {
		return fmt.Errorf("there is no display for OpenGL (%w)", err)
	}
	defer glfw.Terminate()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2) // what Fyne asks for
	glfw.WindowHint(glfw.ContextVersionMinor, 0)
	w, err := glfw.CreateWindow(16, 16, "Licensewatch", nil, nil)
	if err != nil {
		return fmt.Errorf("OpenGL is missing (%w)", err)
	}
	w.Destroy()
	return nil
}

// show runs the window on the agent behind client until it is closed.
func show(ctx context.Context, client *link.Client) error {
	signal.Reset(os.Interrupt, syscall.SIGTERM) // Fyne has a handler of its own, and until it is in place the window may just end
	a := app.NewWithID("io.licensewatch.Licensewatch")
	a.SetIcon(assets.App())
	w := window.New(a, client)
	ctx, stop := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watch(ctx, client, w)
	}()
	w.Run() // Fyne closes its windows by itself when the process is asked to end
	stop()
	<-watched
	return nil
}

// watch shows what the agent tells. When the agent is gone it says so, and looks whether one has come back.
func watch(ctx context.Context, client *link.Client, w *window.Window) {
	for {
		err := client.Watch(ctx, w.Show)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, link.ErrNoAgent) {
			w.Lost("The agent has ended.")
		} else {
			w.Lost(fmt.Sprintf("The agent cannot be reached: %v.", err))
		}
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return
		}
	}
}
