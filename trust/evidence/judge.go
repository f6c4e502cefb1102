package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// signatures says how far the log is signed, and by whom.
func (a *auditor) signatures() {
	r := a.report
	r.Size = a.end
	if !a.plain.broken {
		r.Root = Hex(a.plain.Root())
	}
	if n := len(a.keys); n > 0 {
		r.VKey = a.keys[n-1].Key.VKey
	}
	r.Pinned = r.VKey != "" && slices.Contains(a.opts.Keys, r.VKey)
	if len(a.opts.Keys) > 0 && r.VKey != "" && !r.Pinned {
		r.Add(KeyUnknown, a.keys[len(a.keys)-1].Index, r.VKey, "")
	}
	if a.signed > r.Size {
		r.Add(LogTruncated, r.Size, span(r.Size, a.signed), fmt.Sprintf("%d ≠ %d", r.Size, a.signed))
	}
	switch {
	case r.Size == 0 || a.unsigned():
	case a.signed == 0:
		r.Add(SignatureMissing, -1, span(0, r.Size), "")
	case a.signed < r.Size:
		r.Add(LeafUnsigned, a.signed, span(a.signed, r.Size), "")
	}
}

// unsigned says that nobody ever signed this log, nor was it asked for: it can
// only be held against itself.
func (a *auditor) unsigned() bool {
	return len(a.copy.Checkpoints)+len(a.opts.Known) == 0 && len(a.keys) == 0 && len(a.opts.Keys) == 0
}

// verdicts names what is wrong at the positions where witnesses disagree, and
// the range that does not fit where none of them explains it.
func (a *auditor) verdicts() {
	home := map[Hash]int64{} // where a row says its entry belongs
	for i := range a.suspects {
		s := &a.suspects[i]
		if s.row != nil && s.row.Fault == "" && s.rowHash != s.leafHash {
			home[s.rowHash] = s.index
		}
		if a.unsigned() {
			s.truth = byLeaf
		}
	}
	left := map[int64]bool{} // positions whose own entry stands elsewhere
	for i := range a.suspects {
		if at, ok := home[a.suspects[i].leafHash]; ok {
			left[at] = true
		}
	}
	for i := range a.suspects {
		s := &a.suspects[i]
		at, moved := home[s.leafHash]
		switch {
		case s.entry == nil:
			a.gone(s)
		case moved && at != s.index && s.truth != byLeaf:
			a.report.Add(LeafMoved, s.index, a.name(s), fmt.Sprintf("%d ≠ %d", s.index, at))
		case left[s.index] && s.truth != byLeaf:
			a.report.Add(LeafAltered, s.index, a.name(s), a.against(s))
		default:
			a.judge(s)
		}
	}
	if a.bad != nil && !a.report.named(a.good, a.bad.Size) {
		a.report.Add(RootDiffers, a.good, span(a.good, a.bad.Size), "≠ "+Hex(a.bad.Root))
	}
	if a.report.OK() { // else it follows from what is named
		a.report.Findings = append(a.report.Findings, a.broken...)
	}
}

// gone names an entry that is not there.
func (a *auditor) gone(s *suspect) {
	if s.index < max(a.end, a.signed) {
		a.report.Add(LeafMissing, s.index, a.name(s), "")
		return
	}
	a.report.Add(ObservationInserted, s.index, a.name(s), "")
}

// judge names what is wrong with an entry that is there.
func (a *auditor) judge(s *suspect) {
	genuine := s.leafHash == s.storHash
	switch s.truth {
	case byLeaf:
		genuine = true
	case byRow:
		genuine = s.row == nil || s.leafHash == s.rowHash
	}
	switch {
	case !genuine:
		a.report.Add(LeafAltered, s.index, a.name(s), a.against(s))
		if s.row != nil && s.truth == byHash && s.rowHash != s.storHash {
			a.report.Add(ObservationAltered, s.index, rowName(s.row), s.row.Fault)
		}
		return
	case s.leafHash != s.storHash:
		a.report.Add(HashAltered, s.index, a.name(s), with(s.entry.Fault, s.entry.Hash+" ≠ "+Hex(s.leafHash)))
	case s.kind == "":
		a.report.Add(LeafMalformed, s.index, a.name(s), "")
	}
	if s.column != "" {
		a.report.Add(EntryAltered, s.index, a.name(s), s.column)
	}
	a.row(s)
}

// row names what is wrong with the row of a genuine entry.
func (a *auditor) row(s *suspect) {
	switch {
	case s.kind == TypeObservation && s.row == nil:
		a.report.Add(ObservationMissing, s.index, a.name(s), "")
	case s.kind == TypeObservation && s.row.Fault != "":
		a.report.Add(ObservationAltered, s.index, a.name(s), s.row.Fault)
	case s.kind == TypeObservation && s.rowHash != s.leafHash:
		a.report.Add(ObservationAltered, s.index, a.name(s), diff(s.row.Leaf, s.entry.Leaf))
	case s.kind != TypeObservation && s.kind != "" && s.row != nil:
		a.report.Add(ObservationInserted, s.index, rowName(s.row), "")
	}
}

// against says in what an altered leaf differs, if its row still tells.
func (a *auditor) against(s *suspect) string {
	if s.row != nil && s.row.Fault == "" && s.rowHash != s.leafHash {
		return with(s.entry.Fault, diff(s.entry.Leaf, s.row.Leaf))
	}
	return with(s.entry.Fault, Hex(s.leafHash)+" ≠ "+s.entry.Hash)
}

// with puts a fault, if there is one, before another detail.
func with(fault, detail string) string {
	if fault == "" {
		return detail
	}
	return fault + "; " + detail
}

// name says which thing an entry is about: what the leaf says, else its row.
func (a *auditor) name(s *suspect) string {
	if s.entry != nil {
		if l, err := ParseLeaf(s.entry.Leaf); err == nil {
			return l.Name()
		}
	}
	if s.row != nil {
		return rowName(s.row)
	}
	return fmt.Sprint("entry ", s.index)
}

// Name says in one line which thing a leaf is about.
func (l Leaf) Name() string {
	switch {
	case l.Observation != nil:
		return fmt.Sprintf("%s v%d", l.Observation.ID, l.Observation.Version)
	case l.Pack != nil:
		return "pack " + l.Pack.Pack + " " + l.Pack.Digest
	case l.Board != nil:
		return "board " + l.Board.AsOf.String() + " " + l.Board.BelievedOn.String()
	case l.Token != nil:
		return "token " + l.Token.Name + " " + l.Token.Action
	case l.Licence != nil:
		return fmt.Sprintf("licence %s v%d", l.Licence.ID, l.Licence.Version)
	case l.Message != nil:
		return "message " + l.Message.From + " " + l.Message.ID + " " + l.Message.Action
	case l.Note != nil:
		return l.Note.Room + " " + l.Note.ID + " " + l.Note.Action
	case l.Key != nil:
		return "key " + l.Key.VKey
	}
	return ""
}

func (a *auditor) packs() {
	left := map[int64]PackRow{}
	for _, p := range a.copy.Packs {
		left[p.Log] = p
	}
	checked, stated := map[string]bool{}, map[string]bool{}
	for _, l := range a.special {
		if l.Pack == nil {
			continue
		}
		a.report.Packs++
		stated[l.Pack.Digest] = true
		p, ok := left[l.Index]
		delete(left, l.Index)
		if a.report.named(l.Index, l.Index+1) {
			continue
		}
		if !ok {
			a.report.Add(PackMissing, l.Index, l.Pack.Digest, "")
			continue
		}
		if p.Fault != "" {
			a.report.Add(PackAltered, l.Index, l.Pack.Digest, p.Fault)
		} else if p.Digest != l.Pack.Digest || p.Pack != l.Pack.Pack {
			a.report.Add(PackAltered, l.Index, l.Pack.Digest, fmt.Sprintf("%s %s ≠ %s %s", p.Pack, p.Digest, l.Pack.Pack, l.Pack.Digest))
		}
		if !checked[l.Pack.Digest] {
			checked[l.Pack.Digest] = true
			a.files(l)
		}
	}
	for _, p := range a.copy.Packs {
		if _, ok := left[p.Log]; ok && !a.report.named(p.Log, p.Log+1) {
			a.report.Add(PackInserted, p.Log, p.Digest, p.Fault)
		}
	}
	for _, digest := range slices.Sorted(maps.Keys(a.copy.Files)) {
		if !stated[digest] && !slices.ContainsFunc(a.copy.Packs, func(p PackRow) bool { return p.Digest == digest }) {
			a.report.Add(PackInserted, -1, digest, "")
		}
	}
}

// files compares the files of a pack version with the digests in its leaf.
func (a *auditor) files(l Logged) {
	have, ok := a.copy.Files[l.Pack.Digest]
	if !ok {
		a.report.Add(PackMissing, l.Index, l.Pack.Digest, "")
		return
	}
	if have == nil {
		return
	}
	stated := map[string]bool{}
	for _, f := range l.Pack.Files {
		stated[f.Path] = true
		b, ok := have[f.Path]
		switch {
		case !ok:
			a.report.Add(PackAltered, l.Index, f.Path, "– ≠ "+f.SHA256)
		case SHA256(b) != f.SHA256:
			a.report.Add(PackAltered, l.Index, f.Path, SHA256(b)+" ≠ "+f.SHA256)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(have)) {
		if !stated[path] {
			a.report.Add(PackAltered, l.Index, path, SHA256(have[path])+" ≠ –")
		}
	}
}

func (a *auditor) boards() {
	left := map[int64]BoardRow{}
	for _, b := range a.copy.Boards {
		left[b.Log] = b
	}
	for _, l := range a.special {
		if l.Board == nil {
			continue
		}
		a.report.Boards++
		b, ok := left[l.Index]
		delete(left, l.Index)
		switch {
		case a.report.named(l.Index, l.Index+1):
		case !ok:
			a.report.Add(BoardMissing, l.Index, l.Name(), "")
		case b.Err != nil:
			a.report.Add(BoardAltered, l.Index, l.Name(), b.Err.Error())
		case SHA256(b.JSON) != l.Board.SHA256:
			a.report.Add(BoardAltered, l.Index, l.Name(), SHA256(b.JSON)+" ≠ "+l.Board.SHA256)
		default:
			a.recompute(l, b.JSON)
		}
	}
	for _, b := range a.copy.Boards {
		if _, ok := left[b.Log]; ok && !a.report.named(b.Log, b.Log+1) {
			a.report.Add(BoardInserted, b.Log, fmt.Sprint("board ", b.Log), "")
		}
	}
}

// recompute computes a board again and compares it byte by byte.
func (a *auditor) recompute(l Logged, kept []byte) {
	if a.opts.Recompute == nil {
		return
	}
	n, _ := slices.BinarySearchFunc(a.observed, l.Board.Log, func(o Logged, log int64) int {
		if o.Index < log {
			return -1
		}
		return 1
	})
	again, err := a.opts.Recompute(Past{
		Index: l.Index, Board: *l.Board, Files: a.copy.Files[l.Board.PackDigest], Observations: a.observed[:n:n],
	})
	switch {
	case err != nil:
		a.report.Add(BoardFailed, l.Index, l.Name(), err.Error())
	case !bytes.Equal(again, kept):
		at := 0
		for at < min(len(again), len(kept)) && again[at] == kept[at] {
			at++
		}
		a.report.Add(BoardDiffers, l.Index, l.Name(), fmt.Sprintf("%d: %q ≠ %q", at, around(again, at), around(kept, at)))
	default:
		a.report.Recomputed++
	}
}

// around quotes the bytes at the first difference.
func around(b []byte, at int) []byte { return b[max(0, at-40):min(len(b), at+40)] }

func (a *auditor) tokens() {
	left := map[string]TokenRow{}
	for _, t := range a.copy.Tokens {
		left[t.ID] = t
	}
	want, at, order := map[string]TokenRow{}, map[string]int64{}, []string{}
	for _, l := range a.special {
		if l.Token == nil {
			continue
		}
		t, known := want[l.Token.ID]
		if l.Token.Action == Revoked {
			t.Revoked = l.Recorded.UTC().Format(stamp)
		} else if !known {
			a.report.Tokens++
			order = append(order, l.Token.ID)
			t = TokenRow{ID: l.Token.ID, Name: l.Token.Name, Fingerprint: l.Token.Fingerprint, Created: l.Recorded.UTC().Format(stamp)}
		}
		if want[l.Token.ID] = t; !known {
			at[l.Token.ID] = l.Index
		}
	}
	for _, id := range order {
		have, ok := left[id]
		delete(left, id)
		if w := want[id]; !ok {
			a.report.Add(TokenMissing, at[id], w.Name, "")
		} else if have != w {
			a.report.Add(TokenAltered, at[id], w.Name, tokenDiff(have, w))
		}
	}
	for _, t := range a.copy.Tokens {
		if _, ok := left[t.ID]; ok {
			a.report.Add(TokenInserted, -1, t.Name, t.Fault)
		}
	}
}

func tokenDiff(have, want TokenRow) string {
	if have.Fault != "" {
		return have.Fault
	}
	var b bytes.Buffer
	for _, f := range []struct{ name, have, want string }{
		{"name", have.Name, want.Name}, {"created", have.Created, want.Created},
		{"revoked", have.Revoked, want.Revoked}, {"secret", have.Fingerprint, want.Fingerprint},
	} {
		if f.have != f.want {
			if b.Len() > 0 {
				b.WriteString("; ")
			}
			fmt.Fprintf(&b, "%s: %s ≠ %s", f.name, f.have, f.want)
		}
	}
	return b.String()
}

// ErrAltered says that a report has findings; errors that hold a report wrap it.
var ErrAltered = errors.New("the evidence was altered")

// AlteredError is a report with findings as an error.
type AlteredError struct{ Report *Report }

// Error names the first finding.
func (e *AlteredError) Error() string {
	f := e.Report.Findings[0]
	return fmt.Sprintf("%v: %d findings, the first: %s at %d, %s %s", ErrAltered, len(e.Report.Findings)+e.Report.More, f.Code, f.Index, f.ID, f.Detail)
}

// Unwrap returns ErrAltered.
func (e *AlteredError) Unwrap() error { return ErrAltered }

// Err returns the report as an error if it has findings.
func (r *Report) Err() error {
	if r.OK() {
		return nil
	}
	return &AlteredError{r}
}
