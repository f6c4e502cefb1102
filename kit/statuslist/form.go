package statuslist

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Form is a status list as it is written in a token (§4.2, §4.3).
type Form struct {
	Bits        Bits
	Packed      []byte // compressed
	Aggregation string // where the lists of this kind of token are listed; may be empty
}

type jsonForm struct {
	Bits        Bits   `json:"bits"`
	List        string `json:"lst"`
	Aggregation string `json:"aggregation_uri,omitempty"`
}

type cborForm struct {
	Bits        Bits   `cbor:"bits"`
	List        []byte `cbor:"lst"`
	Aggregation string `cbor:"aggregation_uri,omitempty"`
}

// Form compresses the list for a token.
func (l *List) Form() Form { return Form{Bits: l.bits, Packed: l.Pack()} }

// List reads the list of a form, of at most so many bytes.
func (f Form) List(most int) (*List, error) { return Unpack(f.Bits, f.Packed, most) }

// MarshalJSON writes the form as §4.2 has it.
func (f Form) MarshalJSON() ([]byte, error) {
	return json.Marshal(jsonForm{f.Bits, base64.RawURLEncoding.EncodeToString(f.Packed), f.Aggregation})
}

// UnmarshalJSON reads it; base64url is read strictly, without padding or line breaks.
func (f *Form) UnmarshalJSON(text []byte) error {
	var j jsonForm
	if err := json.Unmarshal(text, &j); err != nil {
		return fmt.Errorf("%w: %w", ErrPacked, err)
	}
	packed, err := strict.DecodeString(j.List)
	if err != nil || len(packed) > 0 && containsBreak(j.List) {
		return fmt.Errorf("lst is not base64url: %w", ErrPacked)
	}
	*f = Form{j.Bits, packed, j.Aggregation}
	return f.Bits.check()
}

// strict refuses padding and bits that no byte needs.
var strict = base64.RawURLEncoding.Strict()

// containsBreak finds what encoding/base64 passes over in silence.
func containsBreak(s string) bool {
	for i := range len(s) {
		if s[i] == '\n' || s[i] == '\r' {
			return true
		}
	}
	return false
}

// MarshalCBOR writes the form as §4.3 has it.
func (f Form) MarshalCBOR() ([]byte, error) {
	return cbor.Marshal(cborForm{f.Bits, f.Packed, f.Aggregation})
}

// UnmarshalCBOR reads it.
func (f *Form) UnmarshalCBOR(b []byte) error {
	var c cborForm
	if err := cbor.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("%w: %w", ErrPacked, err)
	}
	*f = Form{c.Bits, c.List, c.Aggregation}
	return f.Bits.check()
}
