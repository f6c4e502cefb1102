package evidence

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrCosignature says that a line is no cosignature of a checkpoint by the witness.
var ErrCosignature = errors.New("not a cosignature of the checkpoint by the witness")

// The types of signatures in verifier keys (C2SP signed-note, "Signature types").
const (
	typeLog       = 0x01 // Ed25519 over the note
	typeCosigner  = 0x04 // Ed25519 over the note with a moment: cosignature/v1
	cosignHeader  = "cosignature/v1"
	cosignatureIn = 8 + ed25519.SignatureSize // bytes: moment, signature
)

// Cosigner cosigns the checkpoints of other logs (C2SP tlog-cosignature, Ed25519) with the key
// that signs a log. What it signs begins with a line that no checkpoint of ours begins with,
// and its key ID is another one, so that neither signature passes for the other.
type Cosigner struct {
	name string
	key  ed25519.PrivateKey
	vkey string
}

// NewCosigner reads a secret key as GenerateKey made it.
func NewCosigner(skey string) (*Cosigner, error) {
	s, err := NewSigner(skey)
	if err != nil {
		return nil, err
	}
	parts := strings.SplitN(strings.TrimSpace(skey), "+", 5)
	seed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, ErrKey
	}
	key := ed25519.NewKeyFromSeed(seed[1:])
	return &Cosigner{s.Name(), key, vkeyOf(s.Name(), typeCosigner, key.Public().(ed25519.PublicKey))}, nil
}

// Name is the name of the key.
func (c *Cosigner) Name() string { return c.name }

// VKey is what checks the cosignatures.
func (c *Cosigner) VKey() string { return c.vkey }

// Cosign returns the signature line over the text of a checkpoint, its line end included. It
// judges nothing: see Witness.
func (c *Cosigner) Cosign(text string, at time.Time) (string, error) {
	moment := at.Unix()
	if moment <= 0 {
		return "", fmt.Errorf("%w: moment %d", ErrCosignature, moment)
	}
	b := binary.BigEndian.AppendUint32(nil, keyHash(c.name, typeCosigner, c.key.Public().(ed25519.PublicKey)))
	b = binary.BigEndian.AppendUint64(b, uint64(moment))
	b = append(b, ed25519.Sign(c.key, cosignedMessage(text, moment))...)
	return "— " + c.name + " " + base64.StdEncoding.EncodeToString(b) + "\n", nil
}

func cosignedMessage(text string, moment int64) []byte {
	return []byte(cosignHeader + "\ntime " + strconv.FormatInt(moment, 10) + "\n" + text)
}

func keyHash(name string, kind byte, key ed25519.PublicKey) uint32 {
	h := sha256.Sum256(slices.Concat([]byte(name+"\n"), []byte{kind}, key))
	return binary.BigEndian.Uint32(h[:])
}

func vkeyOf(name string, kind byte, key ed25519.PublicKey) string {
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, kind, key), base64.StdEncoding.EncodeToString(append([]byte{kind}, key...)))
}

// cosignKey is a cosigner's verifier key; it is a note.Verifier.
type cosignKey struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (k *cosignKey) Name() string    { return k.name }
func (k *cosignKey) KeyHash() uint32 { return k.hash }

func (k *cosignKey) Verify(text, sig []byte) bool {
	_, ok := k.moment(string(text), sig)
	return ok
}

func (k *cosignKey) moment(text string, sig []byte) (time.Time, bool) {
	if len(sig) != cosignatureIn {
		return time.Time{}, false
	}
	moment := binary.BigEndian.Uint64(sig)
	if moment == 0 || moment > math.MaxInt64 {
		return time.Time{}, false
	}
	return time.Unix(int64(moment), 0).UTC(), ed25519.Verify(k.key, cosignedMessage(text, int64(moment)), sig[8:])
}

// parseVKey reads a verifier key of either type. A log's key is read as that of its node's
// cosignatures.
func parseVKey(vkey string) (*cosignKey, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	hash, key64, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.Strict().DecodeString(key64)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != typeLog && key[0] != typeCosigner {
		return nil, fmt.Errorf("verifier key %q: %w", vkey, ErrKey)
	}
	public := ed25519.PublicKey(key[1:])
	if vkeyOf(name, key[0], public) != vkey || len(hash) != 8 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == '+' }) || name == "" {
		return nil, fmt.Errorf("verifier key %q: %w", vkey, ErrKey)
	}
	if _, err := note.NewVerifier(vkeyOf(name, typeLog, public)); err != nil { // the same rules for names
		return nil, fmt.Errorf("verifier key %q: %w", vkey, ErrKey)
	}
	return &cosignKey{name, keyHash(name, typeCosigner, public), public}, nil
}

// CosignerKey returns the verifier key of the cosignatures of a node, of which the key of
// its log is known. A key of cosignatures is returned as it is.
func CosignerKey(vkey string) (string, error) {
	k, err := parseVKey(strings.TrimSpace(vkey))
	if err != nil {
		return "", err
	}
	return vkeyOf(k.name, typeCosigner, k.key), nil
}

// Cosignature is a valid cosignature of a checkpoint.
type Cosignature struct {
	Name string    `json:"name"` // of the witness's key
	VKey string    `json:"vkey"`
	At   time.Time `json:"at"` // when it was made, to the second
	Line string    `json:"-"`
}

// Cosigned is a checkpoint with the cosignatures of witnesses that are known.
type Cosigned struct {
	Checkpoint
	By    []Cosignature // one per witness, the newest, in the order of the policy
	Known int           // witnesses of the policy
}

// Policy says which log is meant, and who has to have seen it (C2SP tlog-policy with one
// group: "k of n").
type Policy struct {
	Log       []string // verifier keys of the log
	Witnesses []string // of the witnesses: keys of cosignatures, or of their logs
	Threshold int      // k; 0 asks for none
}

// ErrFew says that a checkpoint has fewer valid cosignatures than the policy asks for.
var ErrFew = errors.New("fewer known witnesses have cosigned the checkpoint than are asked for")

// Check holds a signed checkpoint to the policy and returns what is known of it, with ErrFew
// also. A cosignature of a known witness that does not fit the checkpoint makes the whole
// note malformed (C2SP signed-note). Signatures of others are passed over.
func (p Policy) Check(signed []byte) (Cosigned, error) {
	c := Cosigned{}
	known, err := witnessKeys(p.Witnesses, p.Log)
	if err != nil {
		return c, err
	}
	c.Known = len(known)
	if p.Threshold < 0 || p.Threshold > c.Known {
		return c, fmt.Errorf("%d of %d: %w", p.Threshold, c.Known, ErrFew)
	}
	if c.Checkpoint, err = OpenCheckpoint(signed, p.Log...); err != nil {
		return c, err
	}
	text, lines := splitNote(string(signed))
	for _, k := range known {
		best := Cosignature{}
		for _, line := range lines {
			one, mine, err := k.open(text, line)
			switch {
			case !mine:
			case err != nil:
				return Cosigned{Known: c.Known}, err
			case one.At.After(best.At):
				best = one
			}
		}
		if best.Name != "" {
			c.By = append(c.By, best)
		}
	}
	if len(c.By) < p.Threshold {
		return c, fmt.Errorf("%d of %d, asked for %d: %w", len(c.By), c.Known, p.Threshold, ErrFew)
	}
	return c, nil
}

// Ages are how old the cosignatures are at a moment, in the order of By. One of the future has
// a negative age.
func (c Cosigned) Ages(now time.Time) []time.Duration {
	out := make([]time.Duration, len(c.By))
	for i, one := range c.By {
		out[i] = now.Sub(one.At)
	}
	return out
}

// witnessKeys reads the keys of witnesses. The same key under two names would count twice
// (C2SP tlog-policy, "duplicate"): it counts once, by its first name. A log is no witness of
// itself: its own keys are left out.
func witnessKeys(vkeys, logs []string) ([]*cosignKey, error) {
	var own, out []*cosignKey
	for _, v := range logs {
		if k, err := parseVKey(v); err == nil { // what reads the checkpoint says what is wrong with it
			own = append(own, k)
		}
	}
	for _, v := range vkeys {
		k, err := parseVKey(strings.TrimSpace(v))
		if err != nil {
			return nil, err
		}
		same := func(o *cosignKey) bool { return o.key.Equal(k.key) }
		if !slices.ContainsFunc(out, same) && !slices.ContainsFunc(own, same) {
			out = append(out, k)
		}
	}
	return out, nil
}

// open reads a signature line: mine tells that it is one by this key.
func (k *cosignKey) open(text, line string) (c Cosignature, mine bool, err error) {
	name, sig, ok := splitLine(line)
	if !ok || name != k.name || binary.BigEndian.Uint32(sig) != k.hash {
		return c, false, nil
	}
	at, ok := k.moment(text, sig[4:])
	if !ok {
		return c, true, fmt.Errorf("%s: %w", k.name, ErrCosignature)
	}
	return Cosignature{k.name, vkeyOf(k.name, typeCosigner, k.key), at, line + "\n"}, true, nil
}

// splitLine reads a signature line without its end.
func splitLine(line string) (name string, sig []byte, ok bool) {
	rest, ok := strings.CutPrefix(line, "— ")
	name, b64, two := strings.Cut(rest, " ")
	sig, err := base64.StdEncoding.Strict().DecodeString(b64)
	return name, sig, ok && two && err == nil && len(sig) >= 5 && name != ""
}

// splitNote parts the text of a note, its last line end included, from its signature lines.
func splitNote(signed string) (text string, lines []string) {
	i := strings.LastIndex(signed, "\n\n")
	if i < 0 {
		return signed, nil
	}
	return signed[:i+1], strings.Split(strings.TrimSuffix(signed[i+2:], "\n"), "\n")
}

// OpenCosignature reads what a witness answered for a signed checkpoint: the line by this key.
// Lines by others are passed over.
func OpenCosignature(signed []byte, lines, vkey string) (Cosignature, error) {
	k, err := parseVKey(strings.TrimSpace(vkey))
	if err != nil {
		return Cosignature{}, err
	}
	text, _ := splitNote(string(signed))
	for line := range strings.Lines(lines) {
		if c, mine, err := k.open(text, strings.TrimSuffix(line, "\n")); mine {
			return c, err
		}
	}
	return Cosignature{}, fmt.Errorf("%s: %w", k.name, ErrCosignature)
}

// CosignedAt is the moment that a signature line states; whether it is a valid cosignature is
// for OpenCosignature.
func CosignedAt(line string) (time.Time, error) {
	_, sig, ok := splitLine(strings.TrimSuffix(line, "\n"))
	if !ok || len(sig) != 4+cosignatureIn {
		return time.Time{}, ErrCosignature
	}
	moment := binary.BigEndian.Uint64(sig[4:])
	if moment == 0 || moment > math.MaxInt64 {
		return time.Time{}, ErrCosignature
	}
	return time.Unix(int64(moment), 0).UTC(), nil
}
