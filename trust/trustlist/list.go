package trustlist

import (
	"io"
	"maps"
	"slices"
	"strconv"

	"conurb/kit/jws"
	"conurb/trust/evidence"
)

// Format names the file's form.
const Format = "conurb-trust-list-1"

// Publication is a version of the list: what the office added, and when.
type Publication struct {
	Version   int      `json:"version"`             // from 1, one more each time
	Previous  string   `json:"previous"`            // digest of the statement before; empty for the first
	Published Instant  `json:"published"`           // not before the one before
	Changes   []Signed `json:"changes"`             // in order; none: the list is only confirmed
	State     string   `json:"state"`               // digest of what stands in the list now
	Signature string   `json:"signature,omitempty"` // of the office over the statement
}

// statement is what the office signs: SHA-256 digests in hex.
type statement struct {
	Format    string  `json:"format"`
	Version   int     `json:"version"`
	Previous  string  `json:"previous"`
	Published Instant `json:"published"`
	Changes   string  `json:"changes"` // with their signatures
	State     string  `json:"state"`
}

func (p *Publication) statement() ([]byte, error) {
	changes, err := evidence.Canonical(p.Changes)
	if err != nil {
		return nil, err
	}
	return evidence.Canonical(statement{Format, p.Version, p.Previous, p.Published, evidence.SHA256(changes), p.State})
}

// Digest is that of what the office signs.
func (p *Publication) Digest() (string, error) {
	text, err := p.statement()
	return evidence.SHA256(text), err
}

// List is a trust list all of whose signatures were found good. It does not change:
// Publish returns a new one. The zero value is the list before the first publication.
type List struct {
	publications []Publication
	digests      []string // of the statements
	states       []*held  // after each publication
	seen         map[string]bool
	conditions   map[string]*condition
}

// Version is that of the newest publication; 0 before the first.
func (l *List) Version() int { return len(l.publications) }

// Publications lists them, oldest first.
func (l *List) Publications() []Publication { return slices.Clone(l.publications) }

// Digest is that of the newest publication: it stands for the list and all its past.
func (l *List) Digest() string {
	if len(l.digests) == 0 {
		return ""
	}
	return l.digests[len(l.digests)-1]
}

// DigestOf is that of a version; "" where the list has none such.
func (l *List) DigestOf(version int) string {
	if version < 1 || version > len(l.digests) {
		return ""
	}
	return l.digests[version-1]
}

// Before is the list as it was published at or before an instant; without publications if
// none was.
func (l *List) Before(at Instant) *List {
	n := 0
	for n < len(l.publications) && l.publications[n].Published <= at {
		n++
	}
	cut := *l
	cut.publications, cut.digests, cut.states = l.publications[:n:n], l.digests[:n:n], l.states[:n:n]
	cut.seen = nil // made anew by Publish
	return &cut
}

// State is what stands in the list.
func (l *List) State() State {
	if len(l.states) == 0 {
		return State{}
	}
	return l.states[len(l.states)-1].State
}

// Publish returns the list with a publication more, signed by the office. Every proposal
// is held to its form, its signatures and the list; one that fails fails them all.
func (l *List) Publish(random io.Reader, proposals []Signed, published Instant, keys Keys, office *jws.Private) (*List, error) {
	p := Publication{Version: l.Version() + 1, Previous: l.Digest(), Published: published, Changes: sorted(proposals)}
	next, err := l.add(p, keys, func(p *Publication, text []byte) (f *Fault, err error) {
		p.Signature, err = sign(random, office, Office, typPublish, text)
		if err == nil && !keys.verify(Office, typPublish, text, p.Signature) {
			f = fault(FaultOffice, "signature", "version", strconv.Itoa(p.Version))
		}
		return f, err
	})
	return next, err
}

// With returns the list with a publication that the office signed, held to everything that
// Open holds it to: a list is opened from its publications, one after another.
func (l *List) With(p Publication, keys Keys) (*List, error) {
	if len(keys[Office]) == 0 {
		return nil, fault(FaultNoKey, "publications", "city", string(Office))
	}
	return l.add(p, keys, func(p *Publication, text []byte) (*Fault, error) {
		if !keys.verify(Office, typPublish, text, p.Signature) {
			return fault(FaultOffice, "signature", "version", strconv.Itoa(p.Version)), nil
		}
		return nil, nil
	})
}

// add puts a publication on a list; seal makes or checks the office's signature over its
// statement.
func (l *List) add(p Publication, keys Keys, seal func(*Publication, []byte) (*Fault, error)) (*List, error) {
	version := strconv.Itoa(p.Version)
	switch n := len(l.publications); {
	case p.Version != n+1:
		return nil, fault(FaultVersion, "version", "version", version, "want", strconv.Itoa(n+1))
	case p.Previous != l.Digest():
		return nil, fault(FaultPrevious, "previous", "version", version)
	case p.Published == 0:
		return nil, fault(FaultMissing, "published")
	case n > 0 && p.Published < l.publications[n-1].Published:
		return nil, fault(FaultTime, "published", "version", version, "published", p.Published.String(), "previous", l.publications[n-1].Published.String())
	case !slices.IsSortedFunc(p.Changes, compareChanges):
		return nil, fault(FaultOrder, "changes", "version", version)
	}
	for _, c := range p.Changes {
		if err := c.Verify(keys); err != nil {
			return nil, err
		}
	}
	f := fold{l.State(), l.published()}
	if problem := f.apply(p.Version, p.Published, p.Changes); problem != nil {
		return nil, problem
	}
	digest, err := f.state.digest()
	if err != nil {
		return nil, err
	}
	if p.State == "" && p.Signature == "" {
		p.State = digest
	}
	if p.State != digest {
		return nil, fault(FaultState, "state", "version", version)
	}
	text, err := p.statement()
	if err != nil {
		return nil, err
	}
	if problem, err := seal(&p, text); err != nil || problem != nil {
		if err == nil {
			err = problem
		}
		return nil, err
	}
	return l.with(p, evidence.SHA256(text), f)
}

// published are the ids of all changes so far.
func (l *List) published() map[string]bool {
	if l.seen != nil {
		return maps.Clone(l.seen)
	}
	seen := map[string]bool{}
	for _, p := range l.publications {
		for i := range p.Changes {
			seen[p.Changes[i].Change.ID()] = true
		}
	}
	return seen
}

func (l *List) with(p Publication, digest string, f fold) (*List, error) {
	s := f.state
	next := &List{
		seen:         f.seen,
		publications: append(slices.Clip(l.publications), p),
		digests:      append(slices.Clip(l.digests), digest),
		states:       append(slices.Clip(l.states), hold(s)),
		conditions:   map[string]*condition{},
	}
	for _, e := range s.Equivalents {
		c := l.conditions[e.If]
		if e.If == "" {
			continue
		}
		if c == nil {
			var err error
			if c, err = compile(e.If); err != nil {
				return nil, fault(FaultCondition, "equivalent.if", "condition", e.If, "detail", err.Error())
			}
		}
		next.conditions[e.If] = c
	}
	return next, nil
}

// Extends tells whether a list is an earlier one with publications added, as every honest
// newer list is.
func (l *List) Extends(old *List) error {
	if l.Version() < old.Version() {
		return fault(FaultShorter, "publications", "version", strconv.Itoa(l.Version()), "old", strconv.Itoa(old.Version()))
	}
	for i, digest := range old.digests {
		if l.digests[i] != digest {
			return fault(FaultFork, "publications", "version", strconv.Itoa(i+1))
		}
	}
	return nil
}
