package evidence

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Bounds of a request to a witness (C2SP tlog-witness, add-checkpoint).
const (
	MostProof = 63      // hashes
	mostNote  = 1 << 16 // bytes of a checkpoint with its signatures
)

// AddCheckpoint asks a witness to cosign a checkpoint.
type AddCheckpoint struct {
	Old   int64  // size of the checkpoint that the witness cosigned last; 0: none
	Proof []Hash // of consistency from there
	Note  string // the signed checkpoint
}

// String writes the body of the request as the text has it.
func (a AddCheckpoint) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", a.Old)
	for _, h := range a.Proof {
		b.WriteString(h.String() + "\n")
	}
	return b.String() + "\n" + a.Note
}

// ParseAddCheckpoint reads the body of a request.
func ParseAddCheckpoint(body string) (a AddCheckpoint, err error) {
	head, signed, ok := strings.Cut(body, "\n\n")
	first, proof, _ := strings.Cut(head, "\n")
	size, old := strings.CutPrefix(first, "old ")
	a.Old, err = strconv.ParseInt(size, 10, 64)
	if !ok || !old || err != nil || a.Old < 0 || strconv.FormatInt(a.Old, 10) != size {
		return a, &Refused{Code: WitnessRequest, Detail: "old"}
	}
	if proof != "" {
		if a.Proof, err = ParseProof(strings.Split(proof, "\n")); err != nil {
			return a, err
		}
	}
	a.Note = signed
	return a, nil
}

// ParseProof reads the hashes of a proof in base64; a hash has one text only.
func ParseProof(lines []string) ([]Hash, error) {
	if len(lines) > MostProof {
		return nil, &Refused{Code: WitnessRequest, Detail: fmt.Sprint(len(lines), " hashes")}
	}
	out := make([]Hash, len(lines))
	for i, line := range lines {
		b, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(b) != len(out[i]) || base64.StdEncoding.EncodeToString(b) != line {
			return nil, &Refused{Code: WitnessRequest, Detail: fmt.Sprint("hash ", i)}
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// Proof64 writes the hashes of a proof.
func Proof64(proof []Hash) []string {
	out := make([]string, len(proof))
	for i, h := range proof {
		out[i] = h.String()
	}
	return out
}

// The codes of a witness's refusals, with the HTTP status that the text has for each.
const (
	WitnessRequest   = "bad-request"   // 400: not a request, or the old size is above the checkpoint's
	WitnessUnknown   = "unknown-log"   // 404
	WitnessSignature = "bad-signature" // 403: of the log
	WitnessConflict  = "conflict"      // 409: the old size is not the one that the witness holds
	WitnessProof     = "bad-proof"     // 422: the checkpoint does not extend the one that was cosigned
	WitnessFork      = "fork"          // 422: same size, other root
)

// WitnessCodes lists them.
var WitnessCodes = []string{WitnessRequest, WitnessUnknown, WitnessSignature, WitnessConflict, WitnessProof, WitnessFork}

// Refused is why a witness does not cosign.
type Refused struct {
	Code   string
	Size   int64          // that the witness holds; 0: none
	Held   string         // what it cosigned last; empty: nothing
	Proven *Contradiction // of two histories of the log, where what was asked proves it
	Detail string
}

// Error is for logs.
func (r *Refused) Error() string {
	return fmt.Sprintf("witness: %s %s, it holds size %d", r.Code, r.Detail, r.Size)
}

// Memory is what a witness remembers: for each log, by its origin, the last checkpoint that it
// cosigned, with the log's signature and its own. Between Last and Keep nobody else may
// change it (C2SP tlog-witness: "must be performed atomically").
type Memory interface {
	Last(origin string) (signed string, err error) // empty: never
	Keep(origin string, c Checkpoint, signed string) error
}

// Witness cosigns what extends what it cosigned before (C2SP tlog-witness).
type Witness struct {
	Cosigner *Cosigner
	Logs     map[string][]string // verifier keys of the logs, by origin
	Memory   Memory
}

// Add cosigns a checkpoint, or says why not (*Refused). Other errors are of the memory.
func (w *Witness) Add(a AddCheckpoint, at time.Time) (line string, err error) {
	c, err := w.open(a)
	if err != nil {
		return "", err
	}
	signed, err := w.Memory.Last(c.Origin)
	if err != nil {
		return "", err
	}
	held := Checkpoint{Origin: c.Origin}
	if signed != "" {
		if held, err = textOf(signed); err != nil {
			return "", fmt.Errorf("memory of the witness: %w", err)
		}
	}
	if no := judgeStep(held, c, a); no != nil {
		no.Size, no.Held = held.Size, signed
		no.Proven = contradicts(signed, a.Note, w.Logs[c.Origin], a.Proof)
		return "", no
	}
	text, _ := splitNote(a.Note)
	if line, err = w.Cosigner.Cosign(text, at); err != nil {
		return "", err
	}
	return line, w.Memory.Keep(c.Origin, c, strings.TrimSuffix(a.Note, "\n")+"\n"+line)
}

// open holds a request to its form and its checkpoint to the log's keys.
func (w *Witness) open(a AddCheckpoint) (Checkpoint, error) {
	if len(a.Note) > mostNote || len(a.Proof) > MostProof || a.Old < 0 {
		return Checkpoint{}, &Refused{Code: WitnessRequest}
	}
	said, err := textOf(a.Note)
	if err != nil {
		return said, &Refused{Code: WitnessRequest, Detail: "checkpoint"}
	}
	keys := w.Logs[said.Origin]
	if len(keys) == 0 || said.Origin == cosignHeader { // a checkpoint of that name would read as what a cosigner signs
		return said, &Refused{Code: WitnessUnknown, Detail: said.Origin}
	}
	c, err := OpenCheckpoint([]byte(a.Note), keys...)
	switch {
	case errors.Is(err, ErrSignature):
		return c, &Refused{Code: WitnessSignature}
	case err != nil:
		return c, err
	case a.Old > c.Size:
		return c, &Refused{Code: WitnessRequest, Detail: "old"}
	case c.Size == 0: // every log begins with the empty one: nothing would be cosigned
		return c, &Refused{Code: WitnessRequest, Detail: "size"}
	}
	return c, nil
}

// judgeStep tells why c does not follow what is held, or nil.
func judgeStep(held, c Checkpoint, a AddCheckpoint) *Refused {
	switch {
	case a.Old != held.Size:
		return &Refused{Code: WitnessConflict}
	case c.Size == held.Size && c.Root != held.Root:
		return &Refused{Code: WitnessFork}
	case held.Size == 0 && len(a.Proof) > 0, c.Size == held.Size && len(a.Proof) > 0:
		return &Refused{Code: WitnessProof}
	case held.Size > 0 && CheckConsistency(a.Proof, c.Size, c.Root, held.Size, held.Root) != nil:
		return &Refused{Code: WitnessProof}
	}
	return nil
}

// textOf reads a checkpoint without asking who signed it.
func textOf(signed string) (Checkpoint, error) {
	text, lines := splitNote(signed)
	if len(lines) == 0 {
		return Checkpoint{}, fmt.Errorf("%w: no signatures", ErrCheckpoint)
	}
	return ParseCheckpoint(text)
}

// WithCosignatures returns a signed checkpoint with signature lines added, each once; a note
// holds a hundred at most.
func WithCosignatures(signed string, lines ...string) (string, error) {
	_, have := splitNote(signed)
	for _, line := range lines {
		line = strings.TrimSuffix(line, "\n")
		if _, _, ok := splitLine(line); !ok {
			return "", fmt.Errorf("%w: %q", ErrCosignature, line)
		}
		if !slices.Contains(have, line) {
			have = append(have, line)
			signed = strings.TrimSuffix(signed, "\n") + "\n" + line + "\n"
		}
	}
	if _, err := note.Open([]byte(signed), note.VerifierList()); err != nil {
		if _, unverified := errors.AsType[*note.UnverifiedNoteError](err); !unverified {
			return "", fmt.Errorf("%w: %v", ErrCheckpoint, err)
		}
	}
	return signed, nil
}
