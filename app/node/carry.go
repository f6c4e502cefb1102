package node

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/store"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

const (
	perRound = 2 * message.MaxBatch // messages that are looked at together
	// singlesFor is how long a node that knew no batches is sent one message at a time.
	singlesFor = time.Hour
	// together is how long a round waits for a node before the others have their next one: so long
	// post gathers, and a node that does not answer holds up its own post alone.
	together = 200 * time.Millisecond
)

// Carry brings what is due to the other nodes, each beside the others, and returns when
// every one that was due was tried once.
func (n *Node) Carry(ctx context.Context) error {
	r, err := n.begin(ctx)
	if err != nil {
		return err
	}
	<-r.done
	return r.err
}

// carryOn is Carry for Run: a node that does not answer is left to its round. What is on its way
// then is over once ctx has ended and all is over.
func (n *Node) carryOn(ctx context.Context, all *sync.WaitGroup) error {
	r, err := n.begin(ctx)
	if err != nil {
		return err
	}
	select {
	case <-r.done:
		return r.err
	case <-time.After(together):
	}
	all.Go(func() {
		if <-r.done; r.err != nil && ctx.Err() == nil {
			n.log.Error("post", "error", r.err)
		}
	})
	return nil
}

// round is post on its way.
type round struct {
	done chan struct{} // closed when every message was tried once
	err  error         // from then on
}

// begin sends what is due to every node to which nothing is on its way.
func (n *Node) begin(ctx context.Context) (*round, error) {
	if err := n.fresh(ctx); err != nil {
		return nil, err
	}
	due, err := n.store.DueTogether(ctx, perRound, n.underWay()...)
	if err != nil {
		return nil, err
	}
	to := map[message.Node][]message.Out{}
	for _, o := range due {
		to[o.Sealed.Envelope.To] = append(to[o.Sealed.Envelope.To], o)
	}
	for name := range to {
		n.way(name, true)
	}
	r := &round{done: make(chan struct{})}
	errs := make([]error, 0, len(to))
	var mu sync.Mutex
	var all sync.WaitGroup
	for name, list := range to {
		all.Go(func() {
			arrived, err := n.bring(ctx, trustlist.Party(name), list)
			n.way(name, false)
			if arrived > 0 || len(due) == perRound {
				wake(n.carry) // there may be more, and those behind them in their case
			}
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	go func() {
		all.Wait()
		r.err = errors.Join(errs...)
		close(r.done)
	}()
	return r, nil
}

// underWay names the nodes to which post is on its way.
func (n *Node) underWay() []message.Node {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.Collect(maps.Keys(n.onWay))
}

// way notes that post to a node begins, or is over.
func (n *Node) way(name message.Node, begins bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if begins {
		n.onWay[name] = true
	} else {
		delete(n.onWay, name)
	}
}

// bring tries the messages to one node, until one finds nobody; arrived counts those that the
// other node has now. Cards come first, each alone: what follows may be signed by the key that
// one brings.
func (n *Node) bring(ctx context.Context, to trustlist.Party, list []message.Out) (arrived int, err error) {
	var cards []message.Out
	list = slices.DeleteFunc(list, func(o message.Out) bool {
		if card := o.Sealed.Envelope.Kind == kindCard; card {
			cards = append(cards, o)
			return true
		}
		return false
	})
	arrived, there, err := n.bringSingly(ctx, to, cards)
	for len(list) > 0 && there && err == nil {
		var tried []message.Answer
		if !n.singles(to) {
			list, tried = n.tryTogether(ctx, to, list)
		}
		if len(tried) == 0 {
			more, _, err := n.bringSingly(ctx, to, list)
			return arrived + more, err
		}
		var more int
		more, there, err = n.tried(ctx, to, list[:len(tried)], tried)
		arrived, list = arrived+more, list[len(tried):]
	}
	return arrived, err
}

// bringSingly tries messages one by one, of a case the first. there is false where nobody
// was found.
func (n *Node) bringSingly(ctx context.Context, to trustlist.Party, list []message.Out) (arrived int, there bool, err error) {
	for _, o := range message.Due(list, n.now()) {
		a := n.try(ctx, to, o.Sealed)
		count, there, err := n.tried(ctx, to, []message.Out{o}, []message.Answer{a})
		arrived += count
		if err != nil || !there {
			return arrived, false, err
		}
	}
	return arrived, true, nil
}

// tried keeps what came of tries. there is false where nobody was found.
func (n *Node) tried(ctx context.Context, to trustlist.Party, list []message.Out, answers []message.Answer) (arrived int, there bool, err error) {
	if ctx.Err() != nil {
		return 0, false, nil // stopped, and no fault of the other node
	}
	there = true
	what := make([]store.Tried, len(list))
	for i, o := range list {
		a := answers[i]
		what[i] = store.Tried{ID: o.Sealed.Envelope.ID, Answer: a, Chance: mathrand.Float64()}
		switch {
		case a.Unreachable != "" && there:
			there = false
			n.log.Warn("a node cannot be reached", "other", to, "error", a.Unreachable)
		case a.Refused != nil:
			n.log.Warn("a message was refused", "other", to, "id", o.Sealed.Envelope.ID, "kind", o.Sealed.Envelope.Kind, "code", a.Refused.Code)
		case a.Unreachable == "":
			arrived++
		}
	}
	return arrived, there, n.store.TriedMessages(ctx, what)
}

// tryTogether sends as many of the messages as go into one request: of one key, in the order
// of each case. It returns the messages with those first, and an answer to each of them; none
// where they have to be sent one by one.
func (n *Node) tryTogether(ctx context.Context, to trustlist.Party, list []message.Out) ([]message.Out, []message.Answer) {
	key := n.carrier(list[0].Sealed)
	first, later := []message.Out{}, []message.Out{}
	for _, o := range list {
		if n.carrier(o.Sealed) == key {
			first = append(first, o)
		} else {
			later = append(later, o)
		}
	}
	slices.SortStableFunc(first, func(a, b message.Out) int { // numbers of a case one behind the other
		x, y := a.Sealed.Envelope, b.Sealed.Envelope
		if x.Case != y.Case {
			return 0
		}
		return int(x.Sequence - y.Sequence)
	})
	sealed := make([]message.Sealed, len(first))
	for i, o := range first {
		sealed[i] = o.Sealed
	}
	body, count, err := message.Join(sealed)
	list = append(first, later...)
	if err != nil || count < 2 {
		return list, nil
	}
	answer, status, err := n.post(ctx, to, BatchPath, int64(count)*(message.MaxRefusal+1), func(p message.Place) (*httpsig.Message, error) {
		return message.RequestBatch(rand.Reader, body, p, n.now(), key)
	})
	switch {
	case err != nil:
		return list, all(count, message.Answer{Unreachable: err.Error()})
	case status/100 == 2:
		return list, message.ReadAnswers(answer, count)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		n.mu.Lock()
		n.single[to] = n.now().Add(singlesFor)
		n.mu.Unlock()
		return list, nil
	}
	a := message.ReadAnswer(answer)
	if a.Refused != nil && !message.Passing(a.Refused.Code) {
		return list, nil // each is to have an answer of its own
	}
	return list, all(count, a)
}

func all(n int, a message.Answer) []message.Answer { return slices.Repeat([]message.Answer{a}, n) }

// singles tells whether a node is sent one message at a time.
func (n *Node) singles(to trustlist.Party) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.now().Before(n.single[to])
}

func (n *Node) try(ctx context.Context, to trustlist.Party, s message.Sealed) message.Answer {
	answer, status, err := n.post(ctx, to, Path, message.MaxRefusal, func(p message.Place) (*httpsig.Message, error) {
		return s.Request(rand.Reader, p, n.now(), n.carrier(s))
	})
	switch {
	case err != nil:
		return message.Answer{Unreachable: err.Error()}
	case status/100 == 2:
		return message.Answer{}
	}
	return message.ReadAnswer(answer)
}

// post sends a signed request to a node and reads at most a number of bytes of its answer.
func (n *Node) post(ctx context.Context, to trustlist.Party, path string, most int64, sign func(message.Place) (*httpsig.Message, error)) (answer []byte, status int, err error) {
	c, ok := n.Card(to)
	if !ok {
		return nil, 0, ErrUnknown
	}
	u, err := url.Parse(c.Card.URL)
	if err != nil {
		return nil, 0, err
	}
	m, err := sign(message.Place{Scheme: u.Scheme, Authority: u.Host, Target: path})
	if err != nil {
		return nil, 0, err
	}
	r, err := http.NewRequestWithContext(ctx, m.Method, c.Card.URL+path, bytes.NewReader(m.Body))
	if err != nil {
		return nil, 0, err
	}
	for _, f := range m.Fields {
		r.Header.Add(f.Name, f.Value)
	}
	got, err := n.client.Do(r)
	n.see(to, got, err)
	if err != nil {
		return nil, 0, err
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(got.Body, most+1))
	return answer, got.StatusCode, err
}

// carrier is the key that signs the request with a message: that of the message itself, which
// the other node has to know anyhow, as long as it signs; a card is carried by the key that
// it may end, since the other node knows no newer one.
func (n *Node) carrier(s message.Sealed) *jws.Private {
	head, err := jws.Parse(strings.Replace(s.Signature, "..", ".e30.", 1), jws.Algorithms...)
	own, _ := n.Card(n.Me())
	n.mu.RLock()
	defer n.mu.RUnlock()
	list := n.keys[Voice]
	for i, k := range list {
		if err == nil && k.Public().Thumbprint() == head.KeyID && i < len(own.Card.Voice) &&
			(s.Envelope.Kind == kindCard || own.Card.Voice[i].Signs(trustlist.InstantOf(n.now()))) {
			return k
		}
	}
	return list[len(list)-1]
}
