package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"sync"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/store"
)

// What one applicant may have and do, so that nobody makes the evidence log, which keeps every
// version of every case, grow without end. All are ours: no rule sets them.
const (
	MostDrafts     = 20       // cases that he has not handed in
	MostBundles    = 5        // applications for several items that are under way
	MostBundlesDay = 10       // of those, opened in a day
	MostActsDay    = 500      // versions of his cases that he makes in a day
	MostBytesDay   = 16 << 20 // and their size
	MostAsksDay    = 100      // requests to his wallet in a day
	MostNotedDay   = 300      // refusals of one account in a day that are noted one by one
)

// The refusals of those bounds.
const (
	RefusedDrafts  = "too-many-drafts"  // most
	RefusedBundles = "too-many-bundles" // most
	RefusedToday   = "too-much-today"
)

// errUnchanged is that there is nothing to keep.
var errUnchanged = errors.New("nothing has changed")

// same tells whether two texts are the same JSON, but for blanks.
func same(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// count adds the newest act of a case to those of its day, where its applicant did it.
func (k *Desk) count(n *casework.Case) error {
	e := n.Events[len(n.Events)-1]
	if e.By.By != casework.Applicant {
		return nil
	}
	one := *n
	one.Events = nil
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	if day := k.Calendar.Day(e.At); n.Kept.Day != day {
		n.Kept = casework.Kept{Day: day}
	}
	n.Kept.Acts++
	n.Kept.Bytes += len(text)
	return nil
}

// mostHeads is how many cases of a person are looked at: more than he can touch in a day.
const mostHeads = 1000

// roomToday refuses an applicant who has made too much of the log today. Handing in, withdrawing
// and what else a course lets him do are not refused: a course bounds them.
func (k *Desk) roomToday(d *store.Deed, p *casework.Person) error {
	list, err := d.CaseHeads(store.CaseFilter{Person: p, Limit: mostHeads})
	if err != nil {
		return err
	}
	today := k.Calendar.Day(d.At())
	acts, size := 0, 0
	for i := range list {
		if n := &list[i].Kept; n.Day == today {
			acts, size = acts+n.Acts, size+n.Bytes
		}
	}
	if acts >= MostActsDay || size >= MostBytesDay {
		return casework.Refuse(RefusedToday)
	}
	return nil
}

// roomForDrafts refuses so many more drafts than an applicant may have.
func (k *Desk) roomForDrafts(d *store.Deed, p *casework.Person, more int) error {
	list, err := d.CaseHeads(store.CaseFilter{Person: p, Phases: []string{casework.PhaseDraft}, Limit: MostDrafts})
	if err != nil {
		return err
	}
	if len(list)+more > MostDrafts {
		return casework.Refuse(RefusedDrafts, "most", strconv.Itoa(MostDrafts))
	}
	return nil
}

// roomForBundle refuses one more application for several items, of which some begin here at once.
func (k *Desk) roomForBundle(d *store.Deed, p *casework.Person, steps []Step) error {
	list, err := d.BundleHeads(p.Kind, p.Code)
	if err != nil {
		return err
	}
	today, open, fresh := k.Calendar.Day(d.At()), 0, 0
	for i := range list {
		if list[i].Open() {
			open++
		}
		if k.Calendar.Day(list[i].At) == today {
			fresh++
		}
	}
	switch {
	case open >= MostBundles:
		return casework.Refuse(RefusedBundles, "most", strconv.Itoa(MostBundles))
	case fresh >= MostBundlesDay:
		return casework.Refuse(RefusedToday)
	}
	begin := 0
	for _, s := range steps {
		if s.City == k.City && len(s.After) == 0 {
			begin++
		}
	}
	if err := k.roomForDrafts(d, p, begin); err != nil {
		return err
	}
	return k.roomToday(d, p)
}

// daily counts what accounts do in a day. It is kept in memory: a program that starts again begins
// anew, and each program of a node counts for itself.
type daily struct {
	lock   sync.Mutex
	day    area.Date
	counts map[string]int
}

// next is how often an account did it today, with this time.
func (c *daily) next(day area.Date, account string) int {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.day != day || c.counts == nil {
		c.day, c.counts = day, map[string]int{}
	}
	c.counts[account]++
	return c.counts[account]
}
