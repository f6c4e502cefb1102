package evidence

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Refusals of checkpoints.
var (
	ErrCheckpoint = errors.New("not a checkpoint")
	ErrSignature  = errors.New("no valid signature by a trusted key")
	ErrKey        = errors.New("not a signing key")
)

// SHA256 returns the digest of bytes in hex.
func SHA256(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Checkpoint is a log's size and root (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string // names the log: the name of its first key
	Size   int64
	Root   Hash
}

// String returns the text that is signed.
func (c Checkpoint) String() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// ParseCheckpoint reads the text of a checkpoint. Lines after the third are
// extensions, which nobody here writes and everybody must ignore.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" || lines[0] == "" {
		return Checkpoint{}, fmt.Errorf("%w: three lines are needed", ErrCheckpoint)
	}
	for _, extension := range lines[3 : len(lines)-1] {
		if extension == "" {
			return Checkpoint{}, fmt.Errorf("%w: an extension line is empty", ErrCheckpoint)
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > MaxSize || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: size %q", ErrCheckpoint, lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, fmt.Errorf("%w: root %q", ErrCheckpoint, lines[2])
	}
	return Checkpoint{lines[0], size, root}, nil
}

// OpenCheckpoint checks the signature of a checkpoint by one of the verifier
// keys and returns its content.
func OpenCheckpoint(signed []byte, vkeys ...string) (Checkpoint, error) {
	var known []note.Verifier
	for i, k := range vkeys {
		if slices.Contains(vkeys[:i], k) {
			continue // a key known twice would be an ambiguous one
		}
		v, err := note.NewVerifier(k)
		if err != nil {
			return Checkpoint{}, fmt.Errorf("verifier key %q: %w", k, err)
		}
		known = append(known, v)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %v", ErrSignature, err)
	}
	return ParseCheckpoint(n.Text)
}

// Signer signs checkpoints with a node's Ed25519 key.
type Signer struct {
	note.Signer
	vkey string
}

// GenerateKey makes the key of a node. The name is that of the log and goes into
// every checkpoint; by C2SP custom it looks like a host and path without scheme.
// skey is secret; vkey is what others need to check signatures.
func GenerateKey(random io.Reader, name string) (skey, vkey string, err error) {
	skey, vkey, err = note.GenerateKey(random, name)
	if err != nil {
		return "", "", fmt.Errorf("key %s: %w", name, err)
	}
	if _, err := note.NewVerifier(vkey); err != nil {
		return "", "", fmt.Errorf("key %q: %w", name, err)
	}
	return skey, vkey, nil
}

// NewSigner reads a secret key as GenerateKey made it.
func NewSigner(skey string) (*Signer, error) {
	skey = strings.TrimSpace(skey)
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, ErrKey // the cause might quote the secret
	}
	parts := strings.SplitN(skey, "+", 5) // PRIVATE+KEY+name+id+seed; base64 may hold a plus itself
	seed, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, ErrKey
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(s.Name(), public)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrKey, err)
	}
	return &Signer{s, vkey}, nil
}

// VKey returns the verifier key that checks the signatures.
func (s *Signer) VKey() string { return s.vkey }

// Sign returns the signed checkpoint. An empty log is not signed: every log
// begins with it.
func (s *Signer) Sign(c Checkpoint) ([]byte, error) {
	if c.Size < 1 {
		return nil, fmt.Errorf("checkpoint of an empty log: %w", ErrSize)
	}
	b, err := note.Sign(&note.Note{Text: c.String()}, s.Signer)
	if err != nil {
		return nil, fmt.Errorf("checkpoint of %d: %w", c.Size, err)
	}
	return b, nil
}
