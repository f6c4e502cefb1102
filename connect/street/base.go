package street

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"conurb/kit/geo"
)

// ErrNoStreets tells that the source holds nothing the profile can use.
var ErrNoStreets = errors.New("no streets for this profile")

// base is the network before restrictions and access split its junctions: nodes
// are junctions, edges run between them.
type base struct {
	rules *Rules

	ids   []int64 // of the map's nodes on usable ways, sorted
	place []Place
	found []bool
	uses  []uint8 // 2 and more: a junction
	stops map[int32]stop

	ways  []keptWay
	refs  []int64 // while ways are read
	point []int32 // the same as indexes of ids, afterwards
	names names

	nodePlace []Place
	nodeID    []int64
	junction  []int32 // of each of ids; None where it is within an edge
	edges     []baseEdge
	shape     []Place
	classes   []string
	classOf   map[string]uint8
}

type keptWay struct {
	id          int64
	first, last int32 // of base.refs and base.point
	rule        Rule
	name, ref   int32
	flags       uint8
}

// baseEdge is a piece of road from node u to node v; [0] is the way's direction.
type baseEdge struct {
	u, v       int32
	way        int64
	name, ref  int32
	class      uint8
	flags      uint8
	first, end int32 // of base.shape
	metres     float64
	access     [2]Access
	move, wait [2]Millis
	ferry      bool
	level      bool    // its time is tagged: slopes do not change it
	pushed     [2]bool // at a walk
	gate       bool    // a barrier for trip ends only, of no length
}

// tail and head of a side.
func (b *base) tail(s Side) int32 {
	e := &b.edges[s.Edge()]
	if s.Backward() {
		return e.v
	}
	return e.u
}

func (b *base) head(s Side) int32 { return b.tail(s.Opposite()) }

func (b *base) access(s Side) Access { return b.edges[s.Edge()].access[s&1] }

// gather reads the ways that can be used.
func (b *base) gather(src Source, rep *Report) error {
	b.names = newNames()
	unread := map[string]int{}
	met := register{}
	err := src.Ways(func(w MapWay) error {
		rep.Ways++
		if len(w.Refs) < 2 || len(w.Tags) == 0 {
			return nil
		}
		rule := b.rules.Way(w.Tags)
		if !rule.Usable() {
			return nil
		}
		if met.twice(w.ID) {
			rep.Twice++
			return nil
		}
		if len(b.refs)+len(w.Refs) > math.MaxInt32 {
			return fmt.Errorf("way %d: more points than 32 bits count", w.ID)
		}
		k := keptWay{id: w.ID, first: int32(len(b.refs)), rule: rule}
		for i, ref := range w.Refs {
			if i == 0 || ref != w.Refs[i-1] {
				b.refs = append(b.refs, ref)
			}
		}
		k.last = int32(len(b.refs))
		if k.last-k.first < 2 {
			b.refs = b.refs[:k.first]
			return nil
		}
		b.rules.unread(w.Tags, func(t Tag) { unread[t.Key+"="+t.Value]++ })
		k.name, k.ref = b.names.title(w.Tags)
		k.flags = flags(w.Tags, rule)
		b.ways = append(b.ways, k)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read ways: %w", err)
	}
	rep.UsableWays = len(b.ways)
	rep.Unread, rep.UnreadTags = most(unread, 20)
	if len(b.ways) == 0 {
		return fmt.Errorf("profile %s, %d ways: %w", b.rules.ID, rep.Ways, ErrNoStreets)
	}
	b.ids = slices.Clone(b.refs)
	slices.Sort(b.ids)
	b.ids = slices.Clip(slices.Compact(b.ids))
	b.point = make([]int32, len(b.refs))
	for k, ref := range b.refs {
		b.point[k], _ = b.index(ref)
	}
	b.refs = nil
	return nil
}

// register tells numbers that came before. Those that come in order, as in most
// files, cost a list only.
type register struct {
	inOrder []int64
	others  map[int64]bool
}

func (r *register) twice(id int64) bool {
	n := len(r.inOrder)
	if n == 0 || id > r.inOrder[n-1] {
		r.inOrder = append(r.inOrder, id)
		return r.others[id]
	}
	if _, ok := slices.BinarySearch(r.inOrder, id); ok || r.others[id] {
		return true
	}
	if r.others == nil {
		r.others = map[int64]bool{}
	}
	r.others[id] = true
	return false
}

// most keeps the n words counted most often, and counts all.
func most(counts map[string]int, n int) (map[string]int, int) {
	all := 0
	for _, c := range counts {
		all += c
	}
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	for _, w := range words[min(n, len(words)):] {
		delete(counts, w)
	}
	if len(counts) == 0 {
		return nil, 0
	}
	return counts, all
}

func (b *base) index(id int64) (int32, bool) {
	i, ok := slices.BinarySearch(b.ids, id)
	return int32(i), ok
}

// locate reads where the nodes are and what stands on them.
func (b *base) locate(src Source, rep *Report) error {
	b.place, b.found, b.uses = make([]Place, len(b.ids)), make([]bool, len(b.ids)), make([]uint8, len(b.ids))
	b.stops = map[int32]stop{}
	err := src.Nodes(func(n MapNode) error {
		i, ok := b.index(n.ID)
		if !ok {
			return nil
		}
		if !n.Place.OnEarth() {
			p := n.Place.Point()
			return fmt.Errorf("node %d at longitude %.7f, latitude %.7f: %w", n.ID, p[0], p[1], ErrPlace)
		}
		if b.place[i], b.found[i] = n.Place, true; len(n.Tags) > 0 {
			if s := b.rules.node(n.Tags); s != (stop{pass: Yes}) {
				b.stops[i] = s
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read nodes: %w", err)
	}
	for i := range b.found {
		if !b.found[i] {
			rep.MissingNodes++
		}
	}
	return nil
}

// cut splits ways at junctions, barriers and where nodes are missing.
func (b *base) cut() {
	b.count()
	b.junction, b.classOf = fill[int32](len(b.ids)), map[string]uint8{}
	var run []int32
	for w := range b.ways {
		way := &b.ways[w]
		total, piece := 0.0, len(b.edges)
		run = run[:0]
		for k := way.first; k < way.last; k++ {
			i := b.point[k]
			if !b.found[i] {
				b.edge(way, run)
				run = run[:0]
				continue
			}
			run = append(run, i)
			if b.uses[i] >= 2 && len(run) > 1 {
				b.edge(way, run)
				run = append(run[:0], i)
			}
		}
		b.edge(way, run)
		for _, e := range b.edges[piece:] {
			total += e.metres
		}
		b.timeWay(b.edges[piece:], way.rule, total)
	}
	b.ways, b.point, b.uses = nil, nil, nil
	b.board()
}

// count finds the junctions and makes room for the edges between them.
func (b *base) count() {
	for _, w := range b.ways {
		for k := w.first; k < w.last; k++ {
			n := uint8(1)
			if k == w.first || k == w.last-1 {
				n = 2
			}
			b.uses[b.point[k]] = min(b.uses[b.point[k]]+n, 2)
		}
	}
	for i, s := range b.stops {
		if s.pass != Yes {
			b.uses[i] = 2
		}
	}
	cuts := len(b.ways)
	for _, w := range b.ways {
		for _, i := range b.point[w.first+1 : w.last-1] {
			cuts += int(b.uses[i] / 2)
		}
	}
	b.edges = make([]baseEdge, 0, cuts)
	b.shape = make([]Place, 0, len(b.point)-len(b.ways)+cuts)
}

// edge adds the piece through the points of run.
func (b *base) edge(w *keptWay, run []int32) {
	if len(run) < 2 {
		return
	}
	e := baseEdge{way: w.id, name: w.name, ref: w.ref, flags: w.flags, ferry: w.rule.Ferry, first: int32(len(b.shape)), access: [2]Access{w.rule.Forward.Access, w.rule.Backward.Access}}
	class, ok := b.classOf[w.rule.Class]
	if !ok {
		class = uint8(len(b.classes))
		b.classOf[w.rule.Class] = class
		b.classes = append(b.classes, w.rule.Class)
	}
	e.class = class
	e.level = w.rule.Ferry || w.rule.Duration > 0
	e.pushed = [2]bool{w.rule.Forward.Push, w.rule.Backward.Push}
	for k, i := range run {
		b.shape = append(b.shape, b.place[i])
		if k > 0 {
			e.metres += geo.Distance(b.place[run[k-1]].Point(), b.place[i].Point())
		}
		// Time lost at a junction is lost on the way into it.
		if s, ok := b.stops[i]; ok {
			if k > 0 {
				e.wait[0] += s.forward
			}
			if k < len(run)-1 {
				e.wait[1] += s.backward
			}
		}
	}
	e.end = int32(len(b.shape))
	e.u, e.v = b.node(run[0]), b.node(run[len(run)-1])
	b.edges = append(b.edges, e)
}

// node gives the junction at a point. At a barrier every edge ends at a node of its
// own; one for trip ends only is a point that each of them reaches by a gate.
func (b *base) node(i int32) int32 {
	s, blocked := b.stops[i]
	blocked = blocked && s.pass != Yes
	if v := b.junction[i]; v != None && !blocked {
		return v
	}
	v := b.addNode(i)
	switch {
	case !blocked:
		b.junction[i] = v
	case s.pass == Ends:
		if b.junction[i] == None {
			b.junction[i] = b.addNode(i)
		}
		b.gates(v, b.junction[i], i)
	}
	return v
}

func (b *base) addNode(i int32) int32 {
	b.nodePlace = append(b.nodePlace, b.place[i])
	b.nodeID = append(b.nodeID, b.ids[i])
	return int32(len(b.nodePlace) - 1)
}

func (b *base) gates(v, centre, i int32) {
	first := int32(len(b.shape))
	b.shape = append(b.shape, b.place[i], b.place[i])
	b.edges = append(b.edges, baseEdge{u: v, v: centre, first: first, end: first + 2, access: [2]Access{Ends, Ends}, gate: true})
}

// timeWay gives the pieces of one way their times. A tagged duration is that of
// the whole way and is shared by length.
func (b *base) timeWay(pieces []baseEdge, rule Rule, total float64) {
	for k := range pieces {
		e := &pieces[k]
		if e.gate {
			continue
		}
		for d, dir := range [2]Direction{rule.Forward, rule.Backward} {
			switch {
			case dir.Access == No:
			case rule.Duration > 0 && total > 0:
				e.move[d] = Millis(math.Round(float64(rule.Duration) * e.metres / total))
			default:
				e.move[d] = Millis(math.Round(min(e.metres/(dir.Kmh/3.6)*1000, math.MaxInt32/4)))
			}
		}
	}
}

// board charges waiting for a boat where a boat is left from land.
func (b *base) board() {
	land := make([]bool, len(b.nodePlace))
	for _, e := range b.edges {
		if !e.ferry {
			land[e.u], land[e.v] = true, true
		}
	}
	for i := range b.edges {
		if e := &b.edges[i]; e.ferry {
			if land[e.u] {
				e.wait[0] += b.rules.Ferry.Board
			}
			if land[e.v] {
				e.wait[1] += b.rules.Ferry.Board
			}
		}
	}
}
