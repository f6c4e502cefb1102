//go:build unix

package main

import (
	"syscall"
	"time"
)

// clock is what cpu reads.
const clock = "CPU"

// cpu is the time that this process has computed, all its threads together.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // RUSAGE_SELF always exists
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
