package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// stage is what one step of a size took.
type stage struct {
	Name    string
	Seconds float64
	Peak    int64 // bytes of resident memory, at most, while it ran
}

// clock runs the stages and keeps what each took.
type clock struct{ stages []stage }

// run times f and finds the peak of the memory meanwhile, from a heap that holds
// only what is in use.
func (c *clock) run(name string, f func() error) error {
	debug.FreeOSMemory()
	if err := forgetPeak(); err != nil {
		return err
	}
	start := time.Now()
	if err := f(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	spent := time.Since(start)
	peak, err := peak()
	if err != nil {
		return err
	}
	c.stages = append(c.stages, stage{name, spent.Seconds(), peak})
	return nil
}

// forgetPeak starts VmHWM anew (proc_pid_clear_refs(5), value 5).
func forgetPeak() error {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return fmt.Errorf("peaks of memory are read from /proc, which %s does not let: %w", runtime.GOOS, err)
	}
	return nil
}

// peak is VmHWM of this process, in bytes.
func peak() (int64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, after, _ := bytes.Cut(text, []byte("VmHWM:"))
	var kilobytes int64
	if _, err := fmt.Fscan(bytes.NewReader(after), &kilobytes); err != nil {
		return 0, fmt.Errorf("VmHWM in /proc/self/status: %w", err)
	}
	return kilobytes << 10, nil
}
