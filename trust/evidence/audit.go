package evidence

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Entry is an entry of a log as a copy holds it.
type Entry struct {
	Index    int64
	Leaf     []byte
	Hash     string // stored beside it, hex
	Kind     string // stored beside it; empty where a copy has none
	Recorded string // likewise
	Fault    string // columns that no entry could have; they are read as well as they can be
}

// beside names the column of an entry that does not say what its leaf says. A
// quotation mark within a text is escaped, so that only members are found.
func (e *Entry) beside() string {
	switch {
	case e.Fault != "":
		return e.Fault
	case e.Kind != "" && !bytes.Contains(e.Leaf, []byte(`"type":"`+e.Kind+`"`)):
		return "kind: " + e.Kind
	case e.Recorded != "" && !bytes.Contains(e.Leaf, []byte(`"recorded":"`+e.Recorded+`"`)):
		return "recorded_at: " + e.Recorded
	}
	return ""
}

// Row is the row of an observation, written again as the leaf it should equal.
type Row struct {
	Log     int64
	ID      string
	Version int
	Leaf    []byte
	Fault   string // columns that no observation could have; Leaf is then empty
}

// Signed is a checkpoint as it was signed for the first Size entries.
type Signed struct {
	Size int64  `json:"size"`
	Note string `json:"note"`
}

// PackRow is the row of a version of the region pack.
type PackRow struct {
	Log    int64  `json:"log"`
	Pack   string `json:"pack"`
	Digest string `json:"digest"`
	Fault  string `json:"-"` // columns that no row could have
}

// BoardRow is the row of a board that was kept.
type BoardRow struct {
	Log  int64
	JSON []byte
	Err  error // it cannot be read
}

// LicenceRow is the row of a record of a licence.
type LicenceRow struct {
	Log     int64
	ID      string
	Version int
	SHA256  string // of the record: of many licences the records would not fit in memory
	Fault   string // columns that no record could have
}

// MessageRow is the row of an entry of a message.
type MessageRow struct {
	Log              int64
	Action, From, ID string
	SHA256           string // of the text: of many messages the texts would not fit in memory
	Fault            string // columns that no entry could have
}

// NoteRow is the row of what a room wrote down.
type NoteRow struct {
	Log              int64
	Room, ID, Action string
	SHA256           string // of the text
	Fault            string // columns that no note could have
}

// TokenRow is the row of a token.
type TokenRow struct {
	ID, Name, Fingerprint string
	Created, Revoked      string // as leaves write moments; empty while it is good
	Fault                 string // columns that no token could have
}

// Copy is a log with everything that was written with it: a database, or a
// bundle that was exported from one.
type Copy struct {
	Entries      iter.Seq2[Entry, error]      // by index, ascending
	Rows         iter.Seq2[Row, error]        // by log index, ascending
	Checkpoints  []Signed                     // by size, ascending
	Packs        []PackRow                    // by log index, ascending
	Files        map[string]map[string][]byte // pack digest, path; nil where Faults names them
	Boards       []BoardRow                   // by log index, ascending
	Tokens       []TokenRow                   // only if HasTokens
	HasTokens    bool
	Licences     []LicenceRow // by log index, ascending; only if HasLicences
	HasLicences  bool
	Messages     []MessageRow // by log index, ascending; only if HasMessages
	HasMessages  bool
	Notes        []NoteRow // by log index, ascending; only if HasNotes
	HasNotes     bool
	Cosignatures []CosignedRow // of Checkpoints, by size, ascending
	Faults       []Finding     // rows that are no part of the above, because they could not be read as such
}

// Logged is a leaf at its place in the log.
type Logged struct {
	Index int64
	Leaf
}

// Past is what a board was computed from.
type Past struct {
	Index        int64 // of the board in the log
	Board        Board
	Files        map[string][]byte // of the pack in force
	Observations []Logged          // those among the first Board.Log entries
}

// AuditOptions say whom to trust and how to compute a board again.
type AuditOptions struct {
	Keys      []string                     // verifier keys known from elsewhere; none trusts the key in the log
	Known     []Signed                     // checkpoints kept elsewhere: a log cut back or begun anew does not fit them
	Witnesses []string                     // keys of other nodes' cosignatures, or of their logs
	Recompute func(p Past) ([]byte, error) // canonical JSON of the board; nil leaves boards at their digest
}

// Audit compares everything in a copy of a log with the log, and the log with
// what was signed. An error means that the copy could not be read; what is wrong
// with it is in the report.
//
// Every entry has up to three witnesses: its leaf, the hash stored beside it and
// the row written with it. Each of the three gives a root at every checkpoint.
// The first that equals the signed one is the truth for the entries since the
// checkpoint before: what differs from it is named, and nothing else. Where none
// does, that range of entries is named.
func (c *Copy) Audit(o AuditOptions) (*Report, error) {
	a := &auditor{copy: c, opts: o, report: &Report{Findings: []Finding{}}, versions: map[string]int{}}
	if err := a.walk(); err != nil {
		return nil, err
	}
	a.signatures()
	a.verdicts()
	a.packs()
	a.boards()
	if c.HasTokens {
		a.tokens()
	}
	a.licences()
	a.messages()
	a.notes()
	if err := a.cosigned(); err != nil {
		return nil, err
	}
	for _, f := range c.Faults {
		a.report.Add(f.Code, f.Index, f.ID, f.Detail)
	}
	a.report.sort()
	return a.report, nil
}

// The witnesses of an entry.
const (
	byLeaf = iota
	byHash
	byRow
	witnesses
	nobody = -1
)

// line is the log as one witness tells it.
type line struct {
	Frontier
	broken bool // it has no word for some entry
}

// suspect is a position at which the witnesses do not agree.
type suspect struct {
	index    int64
	entry    *Entry
	row      *Row
	leafHash Hash
	storHash Hash
	rowHash  Hash
	kind     string // of the leaf; empty when it is none
	column   string // beside the entry, that does not say what the leaf says
	truth    int    // which witness told what was signed
}

type auditor struct {
	copy     *Copy
	opts     AuditOptions
	report   *Report
	plain    line // the leaves as they are
	lines    [witnesses]line
	at       int64 // positions walked
	end      int64 // position after the last entry
	suspects []suspect
	judged   int      // of the suspects, those under a checkpoint
	special  []Logged // leaves that are not observations
	observed []Logged // only when boards are to be recomputed
	versions map[string]int
	broken   []Finding // versions that do not count up
	keys     []Logged
	signed   int64 // size of the newest valid checkpoint, reached or not
	good     int64 // size of the newest that some witness fits
	bad      *Checkpoint
}

// walk goes through entries and rows side by side.
func (a *auditor) walk() error {
	entries, stopEntries := iter.Pull2(a.copy.Entries)
	defer stopEntries()
	rows, stopRows := iter.Pull2(a.copy.Rows)
	defer stopRows()
	entry, err := pull(entries)
	if err != nil {
		return err
	}
	row, err := pull(rows)
	if err != nil {
		return err
	}
	marks := slices.Concat(a.opts.Known, a.copy.Checkpoints) // of two for one size, the one from elsewhere counts
	slices.SortStableFunc(marks, func(a, b Signed) int { return cmp.Compare(a.Size, b.Size) })
	for entry != nil || row != nil {
		var e *Entry
		var r *Row
		if entry != nil && entry.Index <= a.at {
			e = entry
			if entry, err = pull(entries); err != nil {
				return err
			}
			if e.Index < a.at { // before the first, or twice
				a.report.Add(LeafInserted, e.Index, fmt.Sprint("entry ", e.Index), e.Fault)
				continue
			}
		}
		for row != nil && row.Log <= a.at {
			if r != nil || row.Log < a.at { // two rows for one entry
				a.report.Add(ObservationInserted, row.Log, rowName(row), row.Fault)
			} else {
				r = row
			}
			if row, err = pull(rows); err != nil {
				return err
			}
		}
		switch {
		case e != nil || r != nil:
			a.position(e, r)
			a.at++
		case entry != nil:
			a.gap(entry, row)
		default: // rows far behind the end of the log: no entry was ever there
			a.report.Add(ObservationInserted, row.Log, rowName(row), row.Fault)
			if row, err = pull(rows); err != nil {
				return err
			}
		}
		for len(marks) > 0 && marks[0].Size <= a.at {
			a.mark(marks[0])
			marks = marks[1:]
		}
	}
	for _, m := range marks {
		a.mark(m)
	}
	return nil
}

// gap passes over positions of which there is neither entry nor row.
func (a *auditor) gap(entry *Entry, row *Row) {
	to := entry.Index
	if row != nil {
		to = min(to, row.Log)
	}
	a.report.Add(LeafMissing, a.at, span(a.at, to), "")
	a.plain.broken = true
	for w := range a.lines {
		a.lines[w].broken = true
	}
	a.at = to
}

func pull[T any](next func() (T, error, bool)) (*T, error) {
	v, err, ok := next()
	if !ok {
		return nil, nil
	}
	return &v, err
}

// position hears the witnesses of one entry.
func (a *auditor) position(e *Entry, r *Row) {
	s := suspect{index: a.at, entry: e, row: r, truth: nobody}
	odd := e == nil
	if e != nil {
		a.end = a.at + 1
		s.leafHash = RecordHash(e.Leaf)
		var err error
		if s.storHash, err = ParseHex(e.Hash); err != nil || s.storHash != s.leafHash {
			odd = true
		} else if s.column = e.beside(); s.column != "" {
			odd = true
		}
	}
	if r != nil && r.Fault == "" {
		s.rowHash = RecordHash(r.Leaf)
	}
	switch {
	case e != nil && r != nil && s.rowHash == s.leafHash:
		s.kind = TypeObservation
		a.version(r.ID, r.Version, !odd)
		a.observe(e.Leaf)
	case e != nil:
		odd = a.alone(&s) || odd
	default:
		a.version(r.ID, r.Version, false)
	}
	a.plain.tell(e != nil, s.leafHash)
	a.lines[byLeaf].tell(e != nil, s.leafHash)
	a.lines[byHash].tell(e != nil, s.storHash)
	if r != nil {
		a.lines[byRow].tell(r.Fault == "", s.rowHash)
	} else {
		a.lines[byRow].tell(s.kind != TypeObservation, s.leafHash)
	}
	switch {
	case !odd:
	case len(a.suspects) < 2*maxFindings:
		a.suspects = append(a.suspects, s)
	default:
		a.report.More++
	}
}

// alone reads an entry that has no row equal to it; it reports whether that is
// odd.
func (a *auditor) alone(s *suspect) bool {
	l, err := ParseLeaf(s.entry.Leaf)
	if err != nil {
		return true
	}
	s.kind = l.Type
	if l.Type == TypeObservation {
		a.version(l.Observation.ID, l.Observation.Version, false)
		a.observe(s.entry.Leaf)
		return true
	}
	a.special = append(a.special, Logged{s.index, l})
	if l.Type == TypeKey {
		a.keys = append(a.keys, Logged{s.index, l})
	}
	return s.row != nil
}

func (l *line) tell(knows bool, h Hash) {
	if l.broken = l.broken || !knows; !l.broken {
		l.Append(h, nil)
	}
}

// version counts the versions of an observation, and checks that they count up
// from 1 where nothing else is wrong with the entry.
func (a *auditor) version(id string, version int, check bool) {
	a.report.Observations++
	if want := a.versions[id] + 1; check && version != want && len(a.broken) < maxFindings {
		a.broken = append(a.broken, Finding{VersionBroken, a.at, id, fmt.Sprintf("%d ≠ %d", version, want)})
	}
	a.versions[id] = version
}

func (a *auditor) observe(leaf []byte) {
	if a.opts.Recompute == nil || len(a.copy.Boards) == 0 {
		return
	}
	if l, err := ParseLeaf(leaf); err == nil {
		a.observed = append(a.observed, Logged{a.at, l})
	}
}

// mark compares the roots of the witnesses with a checkpoint whose size has just
// been reached, or lies beyond the end. The witness that fits settles the entries
// since the last one, and the others go on from its word.
func (a *auditor) mark(signed Signed) {
	keys := slices.Clone(a.opts.Keys)
	if n := len(a.keys); n > 0 {
		keys = append(keys, a.keys[n-1].Key.VKey)
	}
	c, err := OpenCheckpoint([]byte(signed.Note), keys...)
	if err == nil && c.Size != signed.Size {
		err = fmt.Errorf("%w: size %d", ErrCheckpoint, c.Size)
	}
	if err != nil {
		a.report.Add(SignatureInvalid, signed.Size-1, fmt.Sprint("checkpoint ", signed.Size), cause(err))
		return
	}
	a.signed, a.report.Origin = c.Size, c.Origin
	if c.Size > a.at || a.bad != nil {
		return
	}
	a.report.Signed = c.Size
	for w := range a.lines {
		if l := &a.lines[w]; !l.broken && l.size == c.Size && l.Root() == c.Root {
			for i := a.judged; i < len(a.suspects); i++ {
				a.suspects[i].truth = w
			}
			a.judged, a.good = len(a.suspects), c.Size
			for other := range a.lines {
				a.lines[other] = line{Frontier: l.Clone()}
			}
			return
		}
	}
	a.bad = &c
}

func cause(err error) string {
	for _, e := range []error{ErrSignature, ErrCheckpoint} {
		if errors.Is(err, e) {
			return ""
		}
	}
	return err.Error()
}

func rowName(r *Row) string { return fmt.Sprintf("%s v%d", r.ID, r.Version) }
