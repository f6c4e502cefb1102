package pack

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"conurb/area"
	"conurb/plan"
)

// Format is the version of the pack's files that this package reads.
const Format = 1

// Pack is a region pack without a fault: an area, its network and its plan.
type Pack struct {
	ID          string            `json:"id"`
	Format      int               `json:"format"`
	Name        area.Text         `json:"name"`
	Timezone    string            `json:"timezone"` // IANA name; says what day it is
	Map         MapView           `json:"map"`
	Licence     string            `json:"licence"`
	Notice      area.Text         `json:"notice"`
	OutlineCite area.Cite         `json:"outlineCite"`
	OutlineNote area.Text         `json:"outlineNote,omitzero"`
	Digest      string            `json:"digest"` // of Files, see Digest
	Sources     []area.Source     `json:"sources"`
	Area        area.Area         `json:"area"`
	Network     area.Network      `json:"network"`
	Services    []area.Service    `json:"services,omitempty"` // the trains of the network
	Sketch      area.Sketch       `json:"sketch,omitzero"`    // what streets and homes are modelled from
	Plan        plan.Plan         `json:"plan"`
	Files       map[string][]byte `json:"-"` // every file that was read, by slash path

	index index
}

// MapView is where a map of the area opens.
type MapView struct {
	Centre [2]float64 `json:"centre"` // WGS-84 lon, lat
	Zoom   float64    `json:"zoom"`
}

// Problem is one fault of a pack, at the place where it has to be mended.
type Problem struct {
	File   string            `json:"file"`   // slash path inside the pack
	Line   int               `json:"line"`   // from 1
	Column int               `json:"column"` // from 1, in characters
	Field  string            `json:"field,omitempty"`
	Code   string            `json:"code"` // text under check.<code>
	Args   map[string]string `json:"args,omitempty"`
}

// String writes the place and the code, for logs and tests.
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Code)
}

// Load reads a pack. It returns the pack, or nil and every problem in it, in
// order of file, line and column.
func Load(fsys fs.FS) (*Pack, []Problem) {
	l := newLoader()
	l.readFiles(fsys)
	return l.load()
}

// LoadFiles reads a pack from the bytes of its files, as Pack.Files holds them.
func LoadFiles(files map[string][]byte) (*Pack, []Problem) {
	l := newLoader()
	l.files = files
	l.checkNames()
	return l.load()
}

// Digest returns the SHA-256 of a set of files as lower-case hex. It is taken
// over the files in byte order of their paths; each contributes its path, a zero
// byte, its length in decimal digits, a zero byte, and its bytes.
func Digest(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(files[name]))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func byPlace(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field))
}
