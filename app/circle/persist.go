package circle

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
)

// Keep is where times are kept beyond this process, by digests of what they depend on;
// job.Memo is one. What was put may be gone.
type Keep interface {
	Get(ctx context.Context, key string) ([]byte, bool, error)
	Put(ctx context.Context, key string, value []byte) error
}

// KeepIn says where times are kept; it is called before the first question. Trouble with
// keeping is told and costs nothing but computing again.
func (c *Circles) KeepIn(k Keep, trouble func(error)) { c.keep, c.trouble = k, trouble }

// through takes a value from where it is kept, or makes and keeps it.
func through[T any](ctx context.Context, c *Circles, key string, make func() (T, error)) (T, error) {
	if c.keep == nil {
		return make()
	}
	var v T
	b, ok, err := c.keep.Get(ctx, key)
	if ok && err == nil {
		if err = gob.NewDecoder(bytes.NewReader(b)).Decode(&v); err == nil {
			return v, nil
		}
	}
	if err != nil {
		c.trouble(fmt.Errorf("take %s: %w", key, err))
	}
	if v, err = make(); err != nil {
		return v, err
	}
	var out bytes.Buffer
	if err = gob.NewEncoder(&out).Encode(v); err == nil {
		err = c.keep.Put(ctx, key, out.Bytes())
	}
	if err != nil && ctx.Err() == nil {
		c.trouble(fmt.Errorf("keep %s: %w", key, err))
	}
	return v, nil
}
