package gtfs

import (
	"cmp"
	"slices"
)

// Severity says what became of the feed by a fault.
type Severity uint8

// The severities; see the package comment.
const (
	Info Severity = iota
	Warning
	Error
)

// String gives info, warning or error.
func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

// Notice is one fault. Its words are gtfs.check.<code> and gtfs.check.<code>.remedy,
// those of its mend gtfs.mend.<mend>.
type Notice struct {
	Code     string
	Severity Severity
	File     string
	Line     int // from 1; 0 where the fault is of the whole file
	Field    string
	Args     map[string]string // holds file, field and line too
	Mend     string            // what was done about it; empty where nothing was
}

// Group holds the notices of one code that were treated alike.
type Group struct {
	Code     string
	Severity Severity
	Mend     string
	Count    int      // all of them
	First    []Notice // the first few of each file
}

// firstKept is how many notices of a group are kept of one file.
const firstKept = 5

type groupKey struct {
	code, mend string
	severity   Severity
}

// Report collects the notices of a reading; its memory is bounded.
type Report struct {
	groups map[groupKey]*Group
	kept   map[[2]string]int // notices kept by code+mend and file
	errors int
}

func newReport() *Report {
	return &Report{groups: map[groupKey]*Group{}, kept: map[[2]string]int{}}
}

// add counts a notice and keeps it if it is among the first.
func (r *Report) add(n Notice, args []string) {
	k := groupKey{n.Code, n.Mend, n.Severity}
	g := r.groups[k]
	if g == nil {
		g = &Group{Code: n.Code, Severity: n.Severity, Mend: n.Mend}
		r.groups[k] = g
	}
	g.Count++
	if n.Severity == Error {
		r.errors++
	}
	at := [2]string{n.Code + " " + n.Mend, n.File}
	if r.kept[at] >= firstKept || len(g.First) >= 20*firstKept {
		return
	}
	r.kept[at]++
	n.Args = map[string]string{"file": n.File, "field": n.Field}
	for i := 0; i+1 < len(args); i += 2 {
		n.Args[args[i]] = clip(args[i+1])
	}
	g.First = append(g.First, n)
}

// clip shortens a value of a hostile file.
func clip(s string) string {
	if len(s) <= 100 {
		return s
	}
	runes := []rune(s[:100])
	return string(runes[:len(runes)-1]) + "…"
}

// Groups lists the notices, the gravest first, then by code and mend.
func (r *Report) Groups() []Group {
	out := make([]Group, 0, len(r.groups))
	for _, g := range r.groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Mend, b.Mend))
	})
	return out
}

// Errors is the number of faults for which the feed is refused.
func (r *Report) Errors() int { return r.errors }

// Count is how many notices of a code there are.
func (r *Report) Count(code string) int {
	n := 0
	for k, g := range r.groups {
		if k.code == code {
			n += g.Count
		}
	}
	return n
}

// Mended counts the mends by name.
func (r *Report) Mended() map[string]int {
	out := map[string]int{}
	for k, g := range r.groups {
		if k.mend != "" {
			out[k.mend] += g.Count
		}
	}
	return out
}
