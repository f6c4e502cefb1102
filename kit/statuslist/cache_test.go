package statuslist_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"conurb/kit/statuslist"
)

// office hands out lists, until its line is cut.
type office struct {
	token map[string]*statuslist.Token
	cut   error
	asked atomic.Int32
	wait  chan struct{}
}

func (o *office) Fetch(ctx context.Context, uri string) (*statuslist.Token, error) {
	o.asked.Add(1)
	if o.wait != nil {
		<-o.wait
	}
	if o.cut != nil {
		return nil, o.cut
	}
	t := *o.token[uri]
	return &t, nil
}

var noon = time.Unix(1_700_000_000, 0).UTC()

func issued(t testing.TB, uri string, at time.Time, revoked ...int) *statuslist.Token {
	l := list(t, 2, 1000)
	for _, i := range revoked {
		if err := l.Set(i, statuslist.Invalid); err != nil {
			t.Fatal(err)
		}
	}
	return &statuslist.Token{Subject: uri, Issued: at, Life: 10 * time.Minute, Form: l.Form()}
}

// TestADayOfAVerifier goes through a day with an issuer that is there, then is not.
func TestADayOfAVerifier(t *testing.T) {
	cut := errors.New("line is cut")
	o := &office{token: map[string]*statuslist.Token{"u": issued(t, "u", noon)}}
	c := statuslist.NewCache(o, statuslist.Limits{Age: time.Hour, Retry: time.Minute})
	look := func(at time.Duration, index int) (statuslist.Known, error) {
		return c.Look(context.Background(), statuslist.Reference{URI: "u", Index: index}, noon.Add(at))
	}
	for _, s := range []struct {
		name   string
		at     time.Duration
		before func()
		status statuslist.Status
		age    time.Duration
		stale  bool
		err    error
		asked  int32
	}{
		{"first", 0, nil, statuslist.Valid, 0, false, nil, 1},
		{"within its life", 5 * time.Minute, func() { o.token["u"] = issued(t, "u", noon.Add(5*time.Minute), 7) }, statuslist.Valid, 5 * time.Minute, false, nil, 1},
		{"the issuer said it changed", 6 * time.Minute, func() { c.Renew("u") }, statuslist.Invalid, time.Minute, false, nil, 2},
		{"past its life, line cut", 20 * time.Minute, func() { o.cut = cut }, statuslist.Invalid, 15 * time.Minute, true, nil, 3},
		{"not asked again at once", 20*time.Minute + 30*time.Second, nil, statuslist.Invalid, 15*time.Minute + 30*time.Second, true, nil, 3},
		{"asked again after a while", 22 * time.Minute, nil, statuslist.Invalid, 17 * time.Minute, true, nil, 4},
		{"as old as permitted", 65 * time.Minute, nil, statuslist.Invalid, time.Hour, true, nil, 5},
		{"too old", 67 * time.Minute, nil, 0, 0, true, statuslist.ErrOld, 6},
		{"the line is back", 70 * time.Minute, func() { o.cut, o.token["u"] = nil, issued(t, "u", noon.Add(69*time.Minute)) }, statuslist.Valid, time.Minute, false, nil, 7},
		{"an older list comes", 80 * time.Minute, func() { o.token["u"] = issued(t, "u", noon.Add(5*time.Minute), 7) }, statuslist.Valid, 11 * time.Minute, true, nil, 8},
		{"another's list comes", 82 * time.Minute, func() { o.token["u"] = issued(t, "v", noon.Add(81*time.Minute), 7) }, statuslist.Valid, 13 * time.Minute, true, nil, 9},
		{"a list of tomorrow comes", 84 * time.Minute, func() { o.token["u"] = issued(t, "u", noon.Add(24*time.Hour), 7) }, statuslist.Valid, 15 * time.Minute, true, nil, 10},
	} {
		if s.before != nil {
			s.before()
		}
		k, err := look(s.at, 7)
		if !errors.Is(err, s.err) || (s.err == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", s.name, err, s.err)
		}
		if err == nil && (k.Status != s.status || k.Age != s.age || (k.Stale != nil) != s.stale) {
			t.Errorf("%s: %+v, want status %d, age %s, stale %t", s.name, k, s.status, s.age, s.stale)
		}
		if got := o.asked.Load(); got != s.asked {
			t.Errorf("%s: asked %d times, want %d", s.name, got, s.asked)
		}
	}
	if _, err := look(85*time.Minute, 1000); !errors.Is(err, statuslist.ErrIndex) {
		t.Errorf("outside the list: %v", err)
	}
}

func TestAListThatEnds(t *testing.T) {
	token := issued(t, "u", noon)
	token.Expires = noon.Add(2 * time.Minute)
	o := &office{token: map[string]*statuslist.Token{"u": token}}
	c := statuslist.NewCache(o, statuslist.Limits{Age: time.Hour})
	r := statuslist.Reference{URI: "u"}
	if _, err := c.Look(t.Context(), r, noon.Add(time.Minute)); err != nil {
		t.Error(err)
	}
	o.cut = errors.New("line is cut")
	if k, err := c.Look(t.Context(), r, noon.Add(2*time.Minute)); !errors.Is(err, statuslist.ErrExpired) || !errors.Is(err, o.cut) {
		t.Errorf("%+v, %v: a list past its end answers for as long as it is not too old", k, err)
	}
}

func TestAListThatNeverCame(t *testing.T) {
	o := &office{cut: errors.New("line is cut")}
	c := statuslist.NewCache(o, statuslist.Limits{Age: time.Hour, Retry: time.Minute})
	for range 3 {
		if k, err := c.Look(t.Context(), statuslist.Reference{URI: "u"}, noon); !errors.Is(err, o.cut) {
			t.Errorf("%+v, %v", k, err)
		}
	}
	if n := o.asked.Load(); n != 1 {
		t.Errorf("asked %d times within a minute", n)
	}
}

func TestAListTooLargeIsNotKept(t *testing.T) {
	o := &office{token: map[string]*statuslist.Token{"u": issued(t, "u", noon)}}
	c := statuslist.NewCache(o, statuslist.Limits{Age: time.Hour, Bytes: 249})
	if k, err := c.Look(t.Context(), statuslist.Reference{URI: "u"}, noon); !errors.Is(err, statuslist.ErrTooLarge) {
		t.Errorf("%+v, %v", k, err)
	}
}

// TestManyAskOnce: a hundred lookups of a list that is not there ask its issuer once, and
// who gives up waiting takes nothing from the others.
func TestManyAskOnce(t *testing.T) {
	o := &office{token: map[string]*statuslist.Token{"u": issued(t, "u", noon, 3)}, wait: make(chan struct{})}
	c := statuslist.NewCache(o, statuslist.Limits{Age: time.Hour})
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := c.Look(impatient, statuslist.Reference{URI: "u"}, noon)
		left <- err
	}()
	for o.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	var wait sync.WaitGroup
	for i := range 100 {
		wait.Go(func() {
			k, err := c.Look(t.Context(), statuslist.Reference{URI: "u", Index: i}, noon)
			want := statuslist.Valid
			if i == 3 {
				want = statuslist.Invalid
			}
			if err != nil || k.Status != want {
				t.Errorf("%d: %+v, %v", i, k, err)
			}
		})
	}
	close(o.wait)
	wait.Wait()
	if n := o.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestNoMoreListsThanPermitted(t *testing.T) {
	o := &office{token: map[string]*statuslist.Token{}}
	c := statuslist.NewCache(o, statuslist.Limits{Age: time.Hour, Lists: 3})
	look := func(i int) {
		uri := fmt.Sprint("u", i)
		at := noon.Add(time.Duration(i) * time.Second)
		o.token[uri] = issued(t, uri, noon)
		if _, err := c.Look(t.Context(), statuslist.Reference{URI: uri}, at); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		look(i)
	}
	for _, i := range []int{4, 3, 2} { // the three that came last are there
		look(i)
	}
	if n := o.asked.Load(); n != 5 {
		t.Errorf("asked %d times, want 5", n)
	}
	if look(0); o.asked.Load() != 6 {
		t.Error("the first is still there")
	}
}

func BenchmarkLook(b *testing.B) {
	const entries = 1_000_000
	token := &statuslist.Token{Subject: "https://licences.example/statuses/1", Issued: noon, Form: list(b, 2, entries).Form()}
	c := statuslist.NewCache(&office{token: map[string]*statuslist.Token{token.Subject: token}}, statuslist.Limits{Age: time.Hour})
	for i := 0; b.Loop(); i++ {
		if _, err := c.Look(context.Background(), statuslist.Reference{URI: token.Subject, Index: i * 7919 % entries}, noon); err != nil {
			b.Fatal(err)
		}
	}
}
