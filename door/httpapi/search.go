package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"conurb/area"
	"conurb/plan/pack"
)

// Found is a hit of the search.
type Found struct {
	Kind string `json:"kind" enum:"target,indicator,project,source,district,line" doc:"What was found." example:"project"`
	ID   string `json:"id" doc:"Its id." example:"west-ring"`
	Name Text   `json:"name" doc:"Its name."`
}

type searchInput struct {
	Language
	Q     string `query:"q" maxLength:"200" doc:"What to look for: part of a name in either language, or of an id." example:"磁浮"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many to return." example:"20"`
}

// entry is something that can be found.
type entry struct {
	Found
	zh, en, id string // folded
}

func newIndex(p *pack.Pack) []entry {
	var all []entry
	add := func(kind, id string, name area.Text) {
		all = append(all, entry{Found{kind, id, text(name)}, fold(name.Zh), fold(name.En), fold(id)})
	}
	for _, t := range p.Plan.Targets {
		add("target", t.ID, t.Name)
	}
	for _, i := range p.Plan.Indicators {
		add("indicator", i.ID, i.Name)
	}
	for _, x := range p.Plan.Projects {
		add("project", x.ID, x.Name)
	}
	for _, l := range p.Network.Lines {
		add("line", l.ID, l.Name)
	}
	for _, d := range p.Area.Districts {
		add("district", d.Code, d.Name)
	}
	for _, x := range p.Sources {
		add("source", x.ID, x.Title)
	}
	return all
}

func (s *server) search(_ context.Context, in *searchInput) (*answer[[]Found], error) {
	out := []Found{}
	for _, e := range find(s.index, in.Q) {
		if len(out) == in.Limit {
			break
		}
		out = append(out, e.Found)
	}
	return &answer[[]Found]{out}, nil
}

// find lists what contains every word of a text, the best first: an equal name
// or id, then one that begins with it, then the rest in the order of the index.
func find(index []entry, text string) []entry {
	whole, words := fold(text), newFinder(text)
	if len(words) == 0 {
		return nil
	}
	type hit struct {
		rank int
		entry
	}
	var hits []hit
	for _, e := range index {
		if !words.finds(e.zh, e.en, e.id) {
			continue
		}
		rank := 2
		for _, name := range []string{e.zh, e.en, e.id} {
			switch {
			case name == whole:
				rank = 0
			case strings.HasPrefix(name, whole):
				rank = min(rank, 1)
			}
		}
		hits = append(hits, hit{rank, e})
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	return each(hits, func(h hit) entry { return h.entry })
}

// finder looks for words, each of them in any of several names.
type finder []string

func newFinder(text string) finder { return strings.Fields(fold(text)) }

func (f finder) finds(names ...string) bool {
	for _, word := range f {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(fold(n), word) }) {
			return false
		}
	}
	return true
}

// fold makes names comparable: full-width letters narrow, all letters small.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return strings.ToLower(width.Fold.String(s))
		}
	}
	return strings.ToLower(s)
}
