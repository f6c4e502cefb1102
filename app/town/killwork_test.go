package town_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"conurb/app/town"
	"conurb/livelihood/licence"
	"conurb/trust/trustlist"
)

// The demonstration's accounts that the work is done by.
var accounts = map[string]string{"issuer": "demo-desk-issues", "trust": "demo-keeps-the-list"}

// caller asks a node's doors as somebody who is signed in.
type caller struct {
	seat   seat
	cookie *http.Cookie
	client *http.Client
}

func signIn(t *testing.T, s seat, name string) caller {
	t.Helper()
	c := caller{seat: s, client: &http.Client{Timeout: 10 * time.Second}}
	body, err := json.Marshal(map[string]string{"name": name, "password": accounts[name]})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.client.Post(s.url()+"/api/v1/session", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if list := r.Cookies(); len(list) == 1 {
		c.cookie = list[0]
		return c
	}
	text, _ := io.ReadAll(r.Body)
	t.Fatalf("%s signs in at %s: %d %s", name, s.name, r.StatusCode, text)
	return c
}

// do asks once. ok says that the node acknowledged it; refused is what it said instead, and
// empty where nobody knows what became of it.
func (c caller) do(method, path string, body, to any) (ok bool, refused string) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r, err := http.NewRequest(method, c.seat.url()+path, bytes.NewReader(b))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return false, ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return false, ""
	case answer.StatusCode/100 != 2:
		return false, fmt.Sprintf("%s%s: %d %s", c.seat.name, path, answer.StatusCode, text)
	case to != nil && json.Unmarshal(text, to) != nil:
		return false, ""
	}
	return true, ""
}

// trial begins the reasons of proposals of the work.
const trial = "试验 "

// The acts of the work, and whether the node acknowledged them.
type (
	issued struct {
		at, to   trustlist.Party
		mark, id string // id where it was acknowledged
		then     licence.Action
		done     bool // what was done then was acknowledged
	}
	asked struct {
		from, to   trustlist.Party
		kase, mark string
		ok         bool
	}
	proposed struct {
		by, other trustlist.Party
		id        string
		signed    bool // by the other
	}
	head struct {
		Size int64
		Root string
	}
)

// work is what goes on while nodes are killed.
type work struct {
	seats []seat
	stop  context.CancelFunc
	over  sync.WaitGroup

	mu      sync.Mutex
	issued  []*issued
	asked   []*asked
	changes []*proposed
	heads   map[trustlist.Party][]head
	refused []string
}

func newWork(t *testing.T, seats []seat, seed uint64) *work {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	w := &work{seats: seats, stop: stop, heads: map[trustlist.Party][]head{}}
	t.Cleanup(w.end)
	desks := map[trustlist.Party]caller{}
	for _, s := range seats {
		desks[s.name] = signIn(t, s, "trust")
	}
	each := func(n int, pause time.Duration, do func(chance *rand.Rand, n int)) {
		chance := rand.New(rand.NewPCG(seed, uint64(n)))
		w.over.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				do(chance, i)
				time.Sleep(time.Duration(chance.Int64N(int64(pause))))
			}
		})
	}
	for n, s := range seats {
		each(4*n+1, 400*time.Millisecond, func(*rand.Rand, int) { w.look(caller{seat: s, client: desks[s.name].client}) })
		others := slices.DeleteFunc(slices.Clone(seats), func(o seat) bool { return o.name == s.name })
		each(4*n+2, 80*time.Millisecond, func(c *rand.Rand, i int) { w.ask(desks[s.name], others[c.IntN(len(others))], c, i) })
		if s.name == trustlist.Office {
			continue
		}
		other := others[slices.IndexFunc(others, func(o seat) bool { return o.name != trustlist.Office })]
		issuer := signIn(t, s, "issuer")
		each(4*n+3, 80*time.Millisecond, func(c *rand.Rand, i int) { w.issue(issuer, other.name, c, n, i) })
		each(4*n+4, 500*time.Millisecond, func(c *rand.Rand, i int) { w.propose(desks[s.name], desks[other.name], c, i) })
	}
	return w
}

func (w *work) end() { w.stop(); w.over.Wait() }

// note keeps what a node refused: none of the work is to be refused.
func (w *work) note(refused string) {
	if refused != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.refused = append(w.refused, refused)
	}
}

// citizen is the number of the n-th invented citizen (GB 11643), of a district that there is
// not.
func citizen(n int) string {
	day := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n/1000)
	s := fmt.Sprintf("430199%s%03d", day.Format("20060102"), n%1000)
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += weight * int(s[i]-'0')
	}
	return s + string("10X98765432"[sum%11])
}

// issue issues a licence, and perhaps revokes it or hands it over to the other city.
func (w *work) issue(c caller, other trustlist.Party, chance *rand.Rand, n, i int) {
	one := &issued{at: c.seat.name, to: other, mark: fmt.Sprintf("K-%s-%d", c.seat.name, i)}
	w.mu.Lock()
	w.issued = append(w.issued, one)
	w.mu.Unlock()
	var made struct{ ID string }
	ok, refused := c.do("POST", "/api/v1/licences", map[string]any{"type": town.Unequal.Type, "number": one.mark,
		"holder":     map[string]string{"kind": licence.KindCitizen, "code": citizen(n*1_000_000 + i), "name": "李明"},
		"attributes": map[string]string{"address": "雨花区1号", "registered_address": "岳塘区2号"}}, &made)
	w.note(refused)
	if !ok {
		return
	}
	one.id = made.ID
	body := map[string]string{"reason": "试验"}
	switch chance.IntN(3) {
	case 0:
		one.then = licence.Revoke
	case 1:
		one.then, body["to"] = licence.TransferOut, string(other)
	default:
		return
	}
	body["action"] = string(one.then)
	one.done, refused = c.do("POST", "/api/v1/licences/"+one.id+"/actions", body, nil)
	w.note(refused)
}

func (w *work) ask(c caller, to seat, chance *rand.Rand, i int) {
	one := &asked{from: c.seat.name, to: to.name, kase: fmt.Sprint("case-", chance.IntN(3)), mark: fmt.Sprintf("%s-%d", c.seat.name, i)}
	w.mu.Lock()
	w.asked = append(w.asked, one)
	w.mu.Unlock()
	var refused string
	one.ok, refused = c.do("POST", "/test/ask?"+url.Values{"to": {string(to.name)}, "case": {one.kase}, "mark": {one.mark}}.Encode(), nil, nil)
	w.note(refused)
}

// propose proposes a change of the trust list, which the other city may sign.
func (w *work) propose(c, other caller, chance *rand.Rand, i int) {
	var made struct{ ID string }
	ok, refused := c.do("POST", "/api/v1/trust/proposals", map[string]any{"change": trustlist.AddEquivalent, "reason": fmt.Sprint(trial, i), "equivalent": map[string]any{
		"of": trustlist.Side{City: c.seat.name, Type: town.Unequal.Type}, "as": trustlist.Side{City: other.seat.name, Type: town.Unequal.Type},
		"from": time.Now().UTC().Add(time.Duration(i) * time.Hour).Truncate(time.Second)}}, &made)
	w.note(refused)
	if !ok {
		return
	}
	one := &proposed{by: c.seat.name, other: other.seat.name, id: made.ID}
	w.mu.Lock()
	w.changes = append(w.changes, one)
	w.mu.Unlock()
	if chance.IntN(2) == 0 {
		return
	}
	time.Sleep(300 * time.Millisecond) // it may not have come there yet, which is refused
	one.signed, _ = other.do("POST", "/api/v1/trust/proposals/"+one.id+"/sign", nil, nil)
}

// look keeps the size and root of a node's evidence log.
func (w *work) look(c caller) {
	var h head
	if ok, refused := c.do("GET", "/api/v1/evidence", nil, &h); !ok {
		w.note(refused)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heads[c.seat.name] = append(w.heads[c.seat.name], h)
}
