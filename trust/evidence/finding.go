package evidence

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The codes of findings; a door says them as locale key "evidence.<code>".
const (
	LeafAltered         = "leaf-altered"         // the entry's text is not what was signed
	LeafMalformed       = "leaf-malformed"       // the entry was never a leaf
	LeafMissing         = "leaf-missing"         // the entry is gone
	LeafInserted        = "leaf-inserted"        // an entry where none can be
	LeafMoved           = "leaf-moved"           // the entry stands at another position
	LeafUnsigned        = "leaf-unsigned"        // entries after the last signed checkpoint
	EntryAltered        = "entry-altered"        // a column beside a genuine entry
	HashAltered         = "hash-altered"         // the hash beside a genuine entry
	LogTruncated        = "log-truncated"        // fewer entries than were signed
	RootDiffers         = "root-differs"         // between two checkpoints, no more can be said
	SignatureInvalid    = "signature-invalid"    // a checkpoint that no known key signed
	SignatureMissing    = "signature-missing"    // nothing is signed
	KeyUnknown          = "key-unknown"          // signed by another key than the one asked for
	ObservationAltered  = "observation-altered"  // a row is not what its entry says
	ObservationMissing  = "observation-missing"  // an entry without its row
	ObservationInserted = "observation-inserted" // a row without an entry
	VersionBroken       = "version-broken"       // versions of an observation do not count up from 1
	PackAltered         = "pack-altered"
	PackMissing         = "pack-missing"
	PackInserted        = "pack-inserted"
	BoardAltered        = "board-altered"
	BoardMissing        = "board-missing"
	BoardInserted       = "board-inserted"
	BoardDiffers        = "board-differs" // computed again, it comes out otherwise
	BoardFailed         = "board-failed"  // it could not be computed again
	TokenAltered        = "token-altered"
	TokenMissing        = "token-missing"
	TokenInserted       = "token-inserted"
	LicenceAltered      = "licence-altered"
	LicenceMissing      = "licence-missing"
	LicenceInserted     = "licence-inserted"
	MessageAltered      = "message-altered"
	MessageMissing      = "message-missing"
	MessageInserted     = "message-inserted"
	NoteAltered         = "note-altered"
	NoteMissing         = "note-missing"
	NoteInserted        = "note-inserted"
	CosignatureInvalid  = "cosignature-invalid" // by a known witness, and not of this checkpoint
	HeldAltered         = "held-altered"        // what this node cosigned last of another's log
	HeadAltered         = "head-altered"        // the size, edge or root kept for the next append
	NodeAltered         = "node-altered"        // a stored node of the tree
	FileMissing         = "file-missing"        // a bundle without one of its files
)

// Codes lists all codes of findings.
var Codes = []string{
	LeafAltered, LeafMalformed, LeafMissing, LeafInserted, LeafMoved, LeafUnsigned, EntryAltered, HashAltered, LogTruncated, RootDiffers,
	SignatureInvalid, SignatureMissing, KeyUnknown, ObservationAltered, ObservationMissing, ObservationInserted,
	VersionBroken, PackAltered, PackMissing, PackInserted, BoardAltered, BoardMissing, BoardInserted, BoardDiffers,
	BoardFailed, TokenAltered, TokenMissing, TokenInserted, LicenceAltered, LicenceMissing, LicenceInserted,
	MessageAltered, MessageMissing, MessageInserted, NoteAltered, NoteMissing, NoteInserted, CosignatureInvalid, HeldAltered, HeadAltered, NodeAltered, FileMissing,
}

// Finding names one thing that was altered.
type Finding struct {
	Code   string `json:"code"`
	Index  int64  `json:"index"`  // in the log; -1 where it has none
	ID     string `json:"id"`     // observation and version, pack file, board, token, or range of entries
	Detail string `json:"detail"` // found ≠ expected, without words of a language
}

// maxFindings bounds a report: one shifted log would name every entry.
const maxFindings = 1000

// maxDetail bounds what a finding quotes, in bytes: a cell may hold a megabyte.
const maxDetail = 4096

// Report is what a check of a log found.
type Report struct {
	Size         int64      `json:"size"`   // entries
	Root         string     `json:"root"`   // over them, hex
	Signed       int64      `json:"signed"` // entries under the newest valid checkpoint
	Origin       string     `json:"origin,omitempty"`
	VKey         string     `json:"vkey,omitempty"` // key of the newest key entry
	Pinned       bool       `json:"pinned"`         // that key is one the caller trusts from elsewhere
	Observations int        `json:"observations"`
	Packs        int        `json:"packs"`
	Boards       int        `json:"boards"`
	Recomputed   int        `json:"recomputed"` // boards that came out the same again
	Tokens       int        `json:"tokens"`
	Licences     int        `json:"licences,omitempty"`  // records of them
	Messages     int        `json:"messages,omitempty"`  // entries of them
	Notes        int        `json:"notes,omitempty"`     // entries of what rooms wrote down
	Witnesses    *Witnessed `json:"witnesses,omitempty"` // nil: there are no cosignatures, and none were asked for
	Findings     []Finding  `json:"findings"`
	More         int        `json:"more,omitempty"` // findings beyond those listed
}

// OK says that nothing was found.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Add appends a finding, or counts it when there are too many.
func (r *Report) Add(code string, index int64, id, detail string) {
	if len(r.Findings) >= maxFindings {
		r.More++
		return
	}
	r.Findings = append(r.Findings, Finding{code, index, cut(id), cut(detail)})
}

func cut(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "") + "…"
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		if a.Index != b.Index {
			if a.Index < b.Index {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Code, b.Code)
	})
}

// named says whether a finding about entries lies in [from, to).
func (r *Report) named(from, to int64) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Index >= from && f.Index < to && (strings.HasPrefix(f.Code, "leaf-") && f.Code != LeafUnsigned || f.Code == HashAltered)
	})
}

// span writes a range of entries.
func span(from, to int64) string {
	if to == from+1 {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d-%d", from, to-1)
}

// diff lists the members in which two leaves differ, "name: found ≠ expected".
func diff(found, expected []byte) string {
	var a, b map[string]any
	if json.Unmarshal(found, &a) != nil || json.Unmarshal(expected, &b) != nil {
		return RecordHash(found).String() + " ≠ " + RecordHash(expected).String()
	}
	names := maps.Clone(a)
	maps.Copy(names, b)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if x, y := show(a[name]), show(b[name]); x != y {
			out = append(out, name+": "+x+" ≠ "+y)
		}
	}
	return strings.Join(out, "; ")
}

func show(v any) string {
	b, err := appendValueOf(v)
	if err != nil || v == nil {
		return "–"
	}
	if r := []rune(string(b)); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return string(b)
}

func appendValueOf(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Canonicalise(raw)
}
