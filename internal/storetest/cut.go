package storetest

import (
	"context"
	"sync/atomic"
)

// Cut is a context that ends when it has been asked a number of times: at the first statement
// of a write, at the second, and so on, through every store that it is given to.
type Cut struct {
	context.Context
	left atomic.Int64
	done chan struct{}
	over atomic.Bool
}

// CutAfter is a context that ends after n questions.
func CutAfter(n int64) *Cut {
	c := &Cut{Context: context.Background(), done: make(chan struct{})}
	c.left.Store(n)
	return c
}

// Done is part of context.Context.
func (c *Cut) Done() <-chan struct{} {
	if c.left.Add(-1) < 0 && c.over.CompareAndSwap(false, true) {
		close(c.done)
	}
	return c.done
}

// Err is part of context.Context.
func (c *Cut) Err() error {
	if c.over.Load() {
		return context.Canceled
	}
	return nil
}

// Over tells whether it has ended.
func (c *Cut) Over() bool { return c.over.Load() }
