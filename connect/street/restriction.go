package street

import (
	"fmt"
	"slices"
	"strings"
)

// Restrictions counts what became of the turn restrictions of a map.
type Restrictions struct {
	Applied     int // they forbid turns of this graph
	Other       int // they bind other vehicles or free this one
	Conditional int // they hold at some hours or under some condition only
	ViaWay      int // of those applied: their via is one way or several, not a node
	Incomplete  int // a member is missing or of a wrong kind
	Ambiguous   int // a way passes through the via node, or a barrier stands on it
	Idle        int // they forbid what nobody of this profile could do
}

// restriction is a relation that binds, before it is tied to edges.
type restriction struct {
	only     bool
	uTurn    bool
	via      int64
	viaWays  []int64 // instead of via
	from, to []int64
}

// heed reads the relations.
func (p *Profile) heed(src Source, rep *Report) ([]restriction, error) {
	var out []restriction
	err := src.Relations(func(r MapRelation) error {
		if t := r.Tags.Get("type"); t != "restriction" && !strings.HasPrefix(t, "restriction:") {
			return nil
		}
		if one, ok := p.restriction(r, &rep.Restrictions); ok {
			out = append(out, one)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read relations: %w", err)
	}
	return out, nil
}

func (p *Profile) restriction(r MapRelation, count *Restrictions) (restriction, bool) {
	value := ""
	for _, key := range p.Restrictions.Keys { // the most specific is last
		if v := r.Tags.Get(key); v != "" {
			value = v
		}
	}
	conditional := r.Tags.Get("day_on") != "" || r.Tags.Get("hour_on") != ""
	for _, key := range p.Restrictions.Keys {
		conditional = conditional || value == "" && r.Tags.Get(key+":conditional") != ""
	}
	none := restriction{}
	switch {
	case conditional:
		count.Conditional++
		return none, false
	case value == "" || value == "none" || p.free(r.Tags.Get("except")):
		count.Other++
		return none, false
	}
	one := restriction{only: strings.HasPrefix(value, "only_"), uTurn: strings.HasSuffix(value, "_u_turn")}
	if !one.only && !strings.HasPrefix(value, "no_") {
		count.Incomplete++
		return none, false
	}
	vias := 0
	for _, m := range r.Members {
		switch {
		case m.Role == "via" && m.Kind == WayMember:
			one.viaWays = append(one.viaWays, m.ID)
		case m.Role == "via" && m.Kind == NodeMember:
			vias, one.via = vias+1, m.ID
		case m.Role == "from" && m.Kind == WayMember:
			one.from = append(one.from, m.ID)
		case m.Role == "to" && m.Kind == WayMember:
			one.to = append(one.to, m.ID)
		}
	}
	several := len(one.from) > 1 && value != "no_entry" || len(one.to) > 1 && value != "no_exit"
	switch {
	case (vias == 1) == (len(one.viaWays) > 0) || vias > 1 || len(one.viaWays) > mostVias || len(one.from) == 0 || len(one.to) == 0 || several:
		count.Incomplete++
		return none, false
	}
	return one, true
}

func (p *Profile) free(except string) bool {
	for v := range strings.SplitSeq(except, ";") {
		if slices.Contains(p.Restrictions.Except, strings.TrimSpace(v)) {
			return true
		}
	}
	return false
}

// forbid ties restrictions to edges: the sides that may not follow others.
func (b *base) forbid(list []restriction, out adjacency, count *Restrictions) *memories {
	turns := newMemories(2 * len(b.edges))
	for _, r := range list {
		if len(r.viaWays) > 0 {
			continue
		}
		i, ok := b.index(r.via)
		if !ok {
			count.Idle++
			continue
		}
		if s, blocked := b.stops[i]; blocked && s.pass != Yes {
			count.Ambiguous++
			continue
		}
		v := b.junction[i]
		if v == None {
			count.Idle++
			continue
		}
		b.forbidAt(v, r, out.at(v), turns, count)
	}
	b.forbidAlong(list, out, turns, count)
	turns.link()
	return turns
}

// forbidAt does it at one junction; leaving are the edges' sides that leave it,
// open or closed.
func (b *base) forbidAt(v int32, r restriction, leaving []Side, turns *memories, count *Restrictions) {
	of := func(ways []int64) (sides []Side, many bool) {
		for _, w := range ways {
			n := 0
			for _, s := range leaving {
				if b.edges[s.Edge()].way == w {
					sides, n = append(sides, s), n+1
				}
			}
			many = many || n > 1
		}
		return sides, many
	}
	from, manyFrom := of(r.from)
	to, manyTo := of(r.to)
	around := r.uTurn && slices.Equal(r.from, r.to)
	switch {
	case len(from) == 0 || len(to) == 0:
		count.Idle++
		return
	case (manyFrom || manyTo) && !around:
		count.Ambiguous++
		return
	}
	applied := false
	for _, f := range from {
		in := f.Opposite()
		if b.access(in) == No {
			continue
		}
		for _, t := range leaving {
			follows := slices.Contains(to, t)
			if around {
				follows = t == f
			}
			if b.access(t) != No && follows != r.only && turns.ban([]Side{in}, t) {
				applied = true
			}
		}
	}
	if applied {
		count.Applied++
	} else {
		count.Idle++
	}
}
