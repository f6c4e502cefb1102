package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// progress tells on standard error how far a long work is: on a terminal in one line
// that is written over, elsewhere a line now and then. What takes less than two
// seconds says nothing.
type progress struct {
	s        *session
	out      io.Writer
	terminal bool
	mu       sync.Mutex
	start    time.Time
	last     time.Time
	shown    bool
}

const (
	patience  = 2 * time.Second
	onLine    = 200 * time.Millisecond
	elsewhere = 10 * time.Second
)

func (s *session) progress() *progress {
	p := &progress{s: s, out: s.err, start: time.Now()}
	if f, ok := s.err.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			p.terminal = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

// say tells what is being done, and that so many of so many parts are done.
func (p *progress) say(what string, done, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	every := elsewhere
	if p.terminal {
		every = onLine
	}
	if now.Sub(p.start) < patience || now.Sub(p.last) < every {
		return
	}
	p.last, p.shown = now, true
	line := fmt.Sprintf("%3d%%  %s", 100*done/max(of, 1), what)
	if spent := now.Sub(p.start); done > 0 && done < of {
		left := time.Duration(float64(spent) / float64(done) * float64(of-done)).Round(time.Second)
		line += "  " + p.s.t("ground.left", "time", left.String())
	}
	if p.terminal {
		fmt.Fprint(p.out, "\r"+pad(line, 78))
		return
	}
	fmt.Fprintln(p.out, line)
}

// end clears the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal && p.shown {
		fmt.Fprint(p.out, "\r"+strings.Repeat(" ", 78)+"\r")
	}
}
