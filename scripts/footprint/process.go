//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cost is what a process has used up to now.
type cost struct {
	rss     int64         // bytes, now
	own     int64         // of these: not pages of files, which the system shares and drops as it likes
	cpu     time.Duration // of all its threads that live
	wakeups int64         // times a thread went to sleep of its own will
}

// look reads a process's cost from /proc. Threads of a Go program do not end, so their sums only grow.
func look(pid int) (cost, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	rss, err := status(filepath.Join(dir, "status"), "VmRSS")
	if err != nil {
		return cost{}, err
	}
	own, err := status(filepath.Join(dir, "status"), "RssAnon")
	if err != nil {
		return cost{}, err
	}
	c := cost{rss: rss * 1024, own: own * 1024}
	tasks, err := filepath.Glob(filepath.Join(dir, "task", "*"))
	if err != nil || len(tasks) == 0 {
		return cost{}, errors.Join(fmt.Errorf("process %d has no threads", pid), err)
	}
	for _, task := range tasks {
		n, err := status(filepath.Join(task, "status"), "voluntary_ctxt_switches")
		if err != nil {
			return cost{}, err
		}
		c.wakeups += n
		b, err := os.ReadFile(filepath.Join(task, "schedstat")) // nanoseconds on a processor, waiting, slices
		if err != nil {
			return cost{}, err
		}
		on, _, _ := strings.Cut(string(b), " ")
		ns, err := strconv.ParseInt(on, 10, 64)
		if err != nil {
			return cost{}, fmt.Errorf("%s/schedstat: %w", task, err)
		}
		c.cpu += time.Duration(ns)
	}
	return c, nil
}

// status returns a number from a status file of /proc.
func status(file, key string) (int64, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(b), "\n"+key+":")
	fields := strings.Fields(rest)
	if !found || len(fields) == 0 {
		return 0, fmt.Errorf("%s has no %s", file, key)
	}
	return strconv.ParseInt(fields[0], 10, 64)
}

// settled is how long after its start the agent has given back what its first round took: it does so each minute.
const settled = 65 * time.Second

// rest returns when settled has passed since start, and the process has used less than 1 % of a processor for 5 s while its
// memory did not fall.
func rest(ctx context.Context, pid int, start time.Time) error {
	if err := wait(ctx, time.Until(start.Add(settled))); err != nil {
		return err
	}
	for range 30 {
		before, err := look(pid)
		if err != nil {
			return err
		}
		if err := wait(ctx, 5*time.Second); err != nil {
			return err
		}
		after, err := look(pid)
		if err != nil {
			return err
		}
		if after.cpu-before.cpu < 50*time.Millisecond && after.rss >= before.rss-1<<18 {
			return nil
		}
	}
	return errors.New("the agent does not come to rest")
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
