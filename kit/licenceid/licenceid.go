// Package licenceid reads and writes the identifier of an electronic licence (电子证照标识,
// GB/T 36904-2018): root, type, issuer, serial number, version and check character with
// dots between.
//
//	1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9
//	└─ root ─────┘ └─ type ───────────┘ └issuer └ serial ┘ ver check
//
// The check character is that of ISO 7064 MOD 37,36 (GB/T 17710) over type, issuer,
// serial and version without their dots. It tells any one wrong character and most
// exchanges of neighbours; it is no signature.
package licenceid

import (
	"errors"
	"fmt"
	"strings"
)

// Root is the object identifier under which all licences are.
const Root = "1.2.156.3005.2"

// ID is an identifier in its parts.
type ID struct {
	Type    string // 21 characters: unified social credit code of the body that defines the type, and three more
	Issuer  string // 18 characters of a unified social credit code; older systems have 6 digits of a division
	Serial  string // 流水号: upper-case letters and digits, MostSerial at most
	Version string // 3 digits, from 001
}

// MostSerial is the longest serial number that is read. The standard's examples have
// 7 to 32 characters.
const MostSerial = 64

// The parts that a Fault names.
const (
	PartRoot    = "root"
	PartForm    = "form"
	PartType    = "type"
	PartIssuer  = "issuer"
	PartSerial  = "serial"
	PartVersion = "version"
	PartCheck   = "check"
)

// Fault tells which part of an identifier is wrong.
type Fault struct {
	Part string // one of the Part constants
	Text string // what stands there
	Want string // of a check character: the right one
}

func (f *Fault) Error() string { return fmt.Sprintf("licence identifier: %s %q", f.Part, f.Text) }
func (f *Fault) Unwrap() error { return ErrID }

// ErrID is what every Fault is.
var ErrID = errors.New("not an identifier of an electronic licence")

// Parse reads an identifier and holds it to its form and check character. Letters are
// upper case: an identifier has one way of being written.
func Parse(text string) (ID, error) {
	rest, ok := strings.CutPrefix(text, Root+".")
	if !ok {
		return ID{}, &Fault{Part: PartRoot, Text: text}
	}
	parts := strings.Split(rest, ".")
	if len(parts) != 5 {
		return ID{}, &Fault{Part: PartForm, Text: text}
	}
	id := ID{parts[0], parts[1], parts[2], parts[3]}
	if err := id.Valid(); err != nil {
		return ID{}, err
	}
	if want := string(id.Check()); parts[4] != want {
		return ID{}, &Fault{PartCheck, parts[4], want}
	}
	return id, nil
}

// Valid holds the parts to their form.
func (id ID) Valid() error {
	for _, p := range []struct {
		name, text string
		ok         bool
	}{
		{PartType, id.Type, len(id.Type) == 21},
		{PartIssuer, id.Issuer, len(id.Issuer) == 18 || len(id.Issuer) == 6},
		{PartSerial, id.Serial, id.Serial != "" && len(id.Serial) <= MostSerial},
		{PartVersion, id.Version, len(id.Version) == 3 && digits(id.Version) && id.Version != "000"},
	} {
		if !p.ok || !known(p.text) {
			return &Fault{Part: p.name, Text: p.text}
		}
	}
	return nil
}

// String writes the identifier with its check character.
func (id ID) String() string {
	return strings.Join([]string{Root, id.Type, id.Issuer, id.Serial, id.Version, string(id.Check())}, ".")
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Check is the check character: ISO 7064 MOD 37,36, §9 of GB/T 17710.
func (id ID) Check() byte {
	const m = len(alphabet)
	p := m
	for _, part := range []string{id.Type, id.Issuer, id.Serial, id.Version} {
		for i := range len(part) {
			if p = (p + strings.IndexByte(alphabet, part[i])) % m; p == 0 {
				p = m
			}
			p = p * 2 % (m + 1)
		}
	}
	return alphabet[(m+1-p)%m]
}

func known(s string) bool {
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
