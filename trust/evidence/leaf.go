package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"conurb/area"
)

// The types of leaves.
const (
	TypeKey         = "key"         // a signing key begins
	TypePack        = "pack"        // a version of the region pack
	TypeObservation = "observation" // a version of an observation, complete
	TypeBoard       = "board"       // a board that somebody kept
	TypeToken       = "token"       // a token was created or revoked
	TypeLicence     = "licence"     // a record of an electronic licence
	TypeMessage     = "message"     // a message between nodes was sent, taken or dealt with
	TypeNote        = "note"        // something that a room of the house wrote down
)

// ErrLeaf says that bytes are not a leaf in canonical form.
var ErrLeaf = errors.New("not a leaf in canonical form")

// stamp is how leaves write a moment: UTC, whole microseconds, always as long,
// since that is what both databases keep.
const stamp = "2006-01-02T15:04:05.000000Z"

// Leaf is one entry of the log. Exactly one of the pointers is set, that of its
// type. Its bytes are the canonical JSON of the entry's members, with "type" and
// "recorded" among them.
type Leaf struct {
	Type        string
	Recorded    time.Time // when this node wrote it, UTC, microseconds
	Key         *Key
	Pack        *Pack
	Observation *Observation
	Board       *Board
	Token       *Token
	Licence     *Licence
	Message     *Message
	Note        *Note
}

// Key says that checkpoints of more than this entry's index are signed by a key,
// until the next such entry.
type Key struct {
	VKey string `json:"vkey"` // verifier key of a C2SP signed note
}

// Pack is a version of the region pack that came into force.
type Pack struct {
	Pack   string `json:"pack"`
	Digest string `json:"digest"` // of the pack as its reader computes it
	Files  []File `json:"files"`  // sorted by path
	Rows   Rows   `json:"rows"`
}

// File is a file of a region pack.
type File struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows sums up the observations that a pack version holds, so that another
// reading of the same files is another version.
type Rows struct {
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"` // over their leaves without version and recorded
}

// Observation is a version of an observation: every column of its row.
type Observation struct {
	ID         string     `json:"id"`
	Version    int        `json:"version"`
	Indicator  string     `json:"indicator"`
	Scope      string     `json:"scope"`
	Period     string     `json:"period"`
	Value      float64    `json:"value"`
	Source     string     `json:"source,omitempty"`
	SourceText string     `json:"sourceText,omitempty"`
	Grade      area.Grade `json:"grade"`
	Published  area.Date  `json:"published"`
	Note       string     `json:"note,omitempty"`
	Withdrawn  bool       `json:"withdrawn,omitempty"`
	Reason     string     `json:"reason,omitempty"`
	By         string     `json:"by,omitempty"`
	Ref        area.Ref   `json:"ref,omitzero"`
}

// Board is a board as it was computed: the question, what it was computed from,
// and the digest of its canonical JSON. Log is the number of entries it could
// see, so that the answer can be computed again.
type Board struct {
	Pack       string    `json:"pack"`
	PackDigest string    `json:"packDigest"`
	AsOf       area.Date `json:"asOf"`
	BelievedOn area.Date `json:"believedOn"`
	Log        int64     `json:"log"`
	Version    string    `json:"version"` // of the rules that turn evidence into verdicts
	SHA256     string    `json:"sha256"`
	Size       int64     `json:"size"`
	By         string    `json:"by,omitempty"`
}

// Token is a token that came to be or was revoked, never its secret.
type Token struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Action      string `json:"action"`                // created | revoked
	Fingerprint string `json:"fingerprint,omitempty"` // of the stored hash, so that an exchanged one is seen
}

// Licence is a record of an electronic licence: what was done to it, and the digest of
// the record. It names no holder; the record holds a random salt, so that its digest
// tells nothing of one either.
type Licence struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Action  string `json:"action"`
	State   string `json:"state"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
}

// Message is a message between nodes: that it was sent, taken in or dealt with, and the
// digest of its text, which carries its sender's signature. Once it is dealt with there is
// no new text, and the digest is that of none.
type Message struct {
	Action string `json:"action"` // sent | taken | done
	From   string `json:"from"`
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Note is something that a room of the house wrote down: what was done to which of its
// things, and the digest of the text, which the database keeps. A text about a person holds
// a random salt, so that its digest tells nothing of him.
type Note struct {
	Room   string `json:"room"` // "card", "check" ...
	ID     string `json:"id"`   // of the thing
	Action string `json:"action"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// The actions of a message.
const (
	Sent  = "sent"
	Taken = "taken"
	Done  = "done"
)

// The actions of a token.
const (
	Created = "created"
	Revoked = "revoked"
)

// Microseconds cuts a moment to what a leaf keeps.
func Microseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Bytes returns the leaf as it is stored and hashed.
func (l Leaf) Bytes() ([]byte, error) { return l.AppendTo(nil) }

// AppendTo appends the leaf's bytes to b. Members are written in the order of
// their names; TestLeavesAreCanonical compares with Canonicalise.
func (l Leaf) AppendTo(b []byte) ([]byte, error) {
	o := object{b: append(b, '{')}
	switch {
	case l.Type == TypeObservation && l.Observation != nil:
		o.observation(l.Observation, l.Recorded)
	case l.Type == TypePack && l.Pack != nil:
		o.pack(l.Pack, l.Recorded)
	case l.Type == TypeBoard && l.Board != nil:
		o.board(l.Board, l.Recorded)
	case l.Type == TypeToken && l.Token != nil:
		o.token(l.Token, l.Recorded)
	case l.Type == TypeLicence && l.Licence != nil:
		o.licence(l.Licence, l.Recorded)
	case l.Type == TypeMessage && l.Message != nil:
		o.message(l.Message, l.Recorded)
	case l.Type == TypeNote && l.Note != nil:
		o.note(l.Note, l.Recorded)
	case l.Type == TypeKey && l.Key != nil:
		o.time("recorded", l.Recorded)
		o.text("type", TypeKey)
		o.text("vkey", l.Key.VKey)
	default:
		return nil, fmt.Errorf("leaf of type %q without its content: %w", l.Type, ErrLeaf)
	}
	if o.err != nil {
		return nil, fmt.Errorf("leaf of type %s: %w", l.Type, o.err)
	}
	return append(o.b, '}'), nil
}

func (o *object) observation(v *Observation, at time.Time) {
	o.some("by", v.By)
	o.text("grade", string(v.Grade))
	o.text("id", v.ID)
	o.text("indicator", v.Indicator)
	o.some("note", v.Note)
	o.text("period", v.Period)
	o.text("published", v.Published.String())
	o.some("reason", v.Reason)
	o.time("recorded", at)
	if v.Ref != (area.Ref{}) {
		o.open("ref", '{')
		o.text("file", v.Ref.File)
		o.number("line", float64(v.Ref.Line))
		o.close('}')
	}
	o.text("scope", v.Scope)
	o.some("source", v.Source)
	o.some("sourceText", v.SourceText)
	o.text("type", TypeObservation)
	o.number("value", v.Value)
	o.number("version", float64(v.Version))
	if v.Withdrawn {
		o.key("withdrawn")
		o.b = append(o.b, "true"...)
	}
}

func (o *object) pack(v *Pack, at time.Time) {
	o.text("digest", v.Digest)
	o.open("files", '[')
	for _, f := range v.Files {
		o.element('{')
		o.text("path", f.Path)
		o.text("sha256", f.SHA256)
		o.number("size", float64(f.Size))
		o.close('}')
	}
	o.close(']')
	o.text("pack", v.Pack)
	o.time("recorded", at)
	o.open("rows", '{')
	o.number("count", float64(v.Rows.Count))
	o.text("sha256", v.Rows.SHA256)
	o.close('}')
	o.text("type", TypePack)
}

func (o *object) board(v *Board, at time.Time) {
	o.text("asOf", v.AsOf.String())
	o.text("believedOn", v.BelievedOn.String())
	o.some("by", v.By)
	o.number("log", float64(v.Log))
	o.text("pack", v.Pack)
	o.text("packDigest", v.PackDigest)
	o.time("recorded", at)
	o.text("sha256", v.SHA256)
	o.number("size", float64(v.Size))
	o.text("type", TypeBoard)
	o.text("version", v.Version)
}

func (o *object) token(v *Token, at time.Time) {
	o.text("action", v.Action)
	o.some("fingerprint", v.Fingerprint)
	o.text("id", v.ID)
	o.text("name", v.Name)
	o.time("recorded", at)
	o.text("type", TypeToken)
}

func (o *object) licence(v *Licence, at time.Time) {
	o.text("action", v.Action)
	o.text("id", v.ID)
	o.time("recorded", at)
	o.text("sha256", v.SHA256)
	o.number("size", float64(v.Size))
	o.text("state", v.State)
	o.text("type", TypeLicence)
	o.number("version", float64(v.Version))
}

func (o *object) message(v *Message, at time.Time) {
	o.text("action", v.Action)
	o.text("from", v.From)
	o.text("id", v.ID)
	o.time("recorded", at)
	o.text("sha256", v.SHA256)
	o.number("size", float64(v.Size))
	o.text("type", TypeMessage)
}

func (o *object) note(v *Note, at time.Time) {
	o.text("action", v.Action)
	o.text("id", v.ID)
	o.time("recorded", at)
	o.text("room", v.Room)
	o.text("sha256", v.SHA256)
	o.number("size", float64(v.Size))
	o.text("type", TypeNote)
}

// object writes a JSON object member by member.
type object struct {
	b   []byte
	err error
}

func (o *object) comma() {
	if last := o.b[len(o.b)-1]; last != '{' && last != '[' {
		o.b = append(o.b, ',')
	}
}

func (o *object) key(name string) {
	o.comma()
	o.b = append(append(append(o.b, '"'), name...), `":`...)
}

func (o *object) open(name string, c byte) { o.key(name); o.b = append(o.b, c) }
func (o *object) element(c byte)           { o.comma(); o.b = append(o.b, c) }
func (o *object) close(c byte)             { o.b = append(o.b, c) }

func (o *object) text(name, s string) {
	o.key(name)
	b, err := appendString(o.b, s)
	if err == nil && strings.IndexByte(s, 0) >= 0 {
		err = errText // PostgreSQL cannot keep it
	}
	if err != nil {
		o.err = errors.Join(o.err, fmt.Errorf("%s: %w", name, err))
		return
	}
	o.b = b
}

func (o *object) some(name, s string) {
	if s != "" {
		o.text(name, s)
	}
}

func (o *object) number(name string, f float64) {
	o.key(name)
	b, err := appendNumber(o.b, f)
	if err != nil {
		o.err = errors.Join(o.err, fmt.Errorf("%s: %w", name, err))
		return
	}
	o.b = b
}

func (o *object) time(name string, t time.Time) {
	o.key(name)
	o.b = append(t.UTC().AppendFormat(append(o.b, '"'), stamp), '"')
}

// ParseLeaf reads a leaf. It refuses whatever Bytes would not have written, so
// that an entry has one text only.
func ParseLeaf(b []byte) (Leaf, error) {
	var head struct {
		Type     string    `json:"type"`
		Recorded time.Time `json:"recorded"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Leaf{}, fmt.Errorf("%w: %v", ErrLeaf, err)
	}
	l := Leaf{Type: head.Type, Recorded: head.Recorded}
	var body any
	switch head.Type {
	case TypeKey:
		l.Key = new(Key)
		body = l.Key
	case TypePack:
		l.Pack = new(Pack)
		body = l.Pack
	case TypeObservation:
		l.Observation = new(Observation)
		body = l.Observation
	case TypeBoard:
		l.Board = new(Board)
		body = l.Board
	case TypeToken:
		l.Token = new(Token)
		body = l.Token
	case TypeLicence:
		l.Licence = new(Licence)
		body = l.Licence
	case TypeMessage:
		l.Message = new(Message)
		body = l.Message
	case TypeNote:
		l.Note = new(Note)
		body = l.Note
	default:
		return Leaf{}, fmt.Errorf("%w: type %q", ErrLeaf, head.Type)
	}
	if err := json.Unmarshal(b, body); err != nil {
		return Leaf{}, fmt.Errorf("%w: %v", ErrLeaf, err)
	}
	again, err := l.Bytes()
	if err != nil {
		return Leaf{}, err
	}
	if !bytes.Equal(again, b) {
		return Leaf{}, fmt.Errorf("%w: it would be written otherwise", ErrLeaf)
	}
	return l, nil
}

// NewPack returns the content of a pack leaf for files by path.
func NewPack(pack, digest string, files map[string][]byte, rows Rows) *Pack {
	p := &Pack{Pack: pack, Digest: digest, Rows: rows, Files: make([]File, 0, len(files))}
	for path, b := range files {
		p.Files = append(p.Files, File{path, int64(len(b)), SHA256(b)})
	}
	slices.SortFunc(p.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return p
}
