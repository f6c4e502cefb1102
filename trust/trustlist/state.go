package trustlist

import (
	"cmp"
	"slices"
	"strconv"

	"conurb/trust/evidence"
)

// Fresh is how long a proposal may wait for its publication, seconds: 90 days. What was
// signed long ago and kept back is signed anew.
const Fresh = 90 * 86400

// ListedRow is a row as it stands in a list: an end has been put to its Until.
type ListedRow struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // of the list that added it
	Reason  string `json:"reason"`
	Row
}

// ListedEquivalent is an equivalent as it stands in a list.
type ListedEquivalent struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Reason  string `json:"reason"`
	Equivalent
}

// Revocation says that what a key of a city signed from an instant on does not count.
type Revocation struct {
	ID      string  `json:"id"`
	Version int     `json:"version"`
	Reason  string  `json:"reason"`
	City    Party   `json:"city"`
	Key     string  `json:"key"` // thumbprint
	From    Instant `json:"from"`
}

// State is what stands in a list after a publication. In each part order is that of
// versions, then of ids: changes published together have no order of their own.
type State struct {
	Rows        []ListedRow        `json:"rows"`
	Equivalents []ListedEquivalent `json:"equivalents"`
	Revoked     []Revocation       `json:"revoked"`
}

// digest of a state in canonical form.
func (s *State) digest() (string, error) {
	b, err := evidence.Canonical(s)
	return evidence.SHA256(b), err
}

// sorted is the order in which changes are published: additions first.
func sorted(changes []Signed) []Signed {
	out := slices.Clone(changes)
	slices.SortFunc(out, compareChanges)
	return out
}

func compareChanges(a, b Signed) int {
	return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Change.Kind), slices.Index(Kinds, b.Change.Kind)), cmp.Compare(a.Change.ID(), b.Change.ID()))
}

// fold is a state being changed.
type fold struct {
	state State
	seen  map[string]bool // ids of changes that were published
}

// apply puts the changes of a publication, in their order, to a copy of the state.
func (f *fold) apply(version int, published Instant, changes []Signed) *Fault {
	f.state = State{slices.Clone(f.state.Rows), slices.Clone(f.state.Equivalents), slices.Clone(f.state.Revoked)}
	for i := range changes {
		c := &changes[i].Change
		id := c.ID()
		switch {
		case f.seen[id]:
			return fault(FaultTwice, "changes", "change", id)
		case c.Proposed > published:
			return fault(FaultFuture, "proposed", "change", id, "proposed", c.Proposed.String(), "published", published.String())
		case published-c.Proposed > Fresh:
			return fault(FaultStale, "proposed", "change", id, "proposed", c.Proposed.String(), "published", published.String(), "days", strconv.Itoa(Fresh/86400))
		}
		f.seen[id] = true
		if problem := f.one(version, id, c); problem != nil {
			return problem
		}
	}
	return nil
}

func (f *fold) one(version int, id string, c *Change) *Fault {
	s := &f.state
	switch c.Kind {
	case AddRow:
		s.Rows = append(s.Rows, ListedRow{id, version, c.Reason, *c.Row})
	case AddEquivalent:
		s.Equivalents = append(s.Equivalents, ListedEquivalent{id, version, c.Reason, *c.Equivalent})
	case EndRow:
		i := slices.IndexFunc(s.Rows, func(r ListedRow) bool { return r.ID == c.Ends })
		if i < 0 {
			return fault(FaultNothing, "ends", "id", c.Ends)
		}
		if r := &s.Rows[i]; r.City != c.By {
			return fault(FaultProposer, "by", "by", string(c.By), "city", string(r.City))
		}
		return end(&s.Rows[i].Until, s.Rows[i].From, c.At)
	case EndEquivalent:
		i := slices.IndexFunc(s.Equivalents, func(e ListedEquivalent) bool { return e.ID == c.Ends })
		if i < 0 {
			return fault(FaultNothing, "ends", "id", c.Ends)
		}
		if e := &s.Equivalents[i]; e.Of.City != c.By && e.As.City != c.By {
			return fault(FaultProposer, "by", "by", string(c.By), "city", string(e.As.City))
		}
		return end(&s.Equivalents[i].Until, s.Equivalents[i].From, c.At)
	case RevokeKey:
		if !slices.ContainsFunc(s.Rows, func(r ListedRow) bool { return r.City == c.By && thumbprint(&r.Row) == c.Key }) {
			return fault(FaultNoSuchKey, "key", "key", c.Key, "city", string(c.By))
		}
		s.Revoked = append(s.Revoked, Revocation{id, version, c.Reason, c.By, c.Key, c.At})
	}
	return nil
}

// end brings an end forward, into the past too, and never puts it off: what ended is proposed
// anew.
func end(until *Instant, from, at Instant) *Fault {
	if at < from || *until != 0 && at >= *until {
		return fault(FaultSpan, "at", "from", from.String(), "until", until.String())
	}
	*until = at
	return nil
}

func thumbprint(r *Row) string {
	k, err := r.Key.Public()
	if err != nil {
		return ""
	}
	return k.Thumbprint()
}
