package street

import "math"

// layer says how a node may be used: the public network, or ground for trip ends
// only when leaving and when arriving.
type layer uint8

const (
	public layer = iota
	leave
	arrive
)

// state is a node of the graph: a junction, a layer, and by which sides it was
// entered where that matters for the next turns.
type state struct {
	junction int32
	layer    layer
	in       memory
}

// expansion turns the base into the graph.
type expansion struct {
	b      *base
	g      *Graph
	turns  *memories
	main   []bool // junctions of the public network
	out    adjacency
	plain  [3][]Node      // the node of each junction in each layer, where one side is as good as another
	split  map[state]Node // the nodes of sides that bear on the next turn
	states []state
	newOf  []Edge // old edge -> new
}

// expand makes the graph of the kept junctions.
func (b *base) expand(turns *memories, main, kept []bool, rep *Report) *Graph {
	x := &expansion{b: b, turns: turns, main: main, split: map[state]Node{}}
	for l := range x.plain {
		x.plain[l] = fill[Node](len(b.nodePlace))
	}
	x.g = &Graph{Profile: b.rules.ID, Snap: b.rules.Snap, Classes: b.classes, Names: b.names.own, NamesEn: b.names.en}
	x.out = b.leaving(func(s Side) bool {
		return b.access(s) != No && kept[b.tail(s)] && kept[b.head(s)]
	})
	x.edges(kept, rep)
	for v := range b.nodePlace {
		if kept[v] {
			rep.Junctions++
			if !main[v] {
				rep.EndsOnly++
			}
		}
	}
	for _, s := range x.out.sides {
		x.add(x.entered(None, s, x.departLayer(s)))
	}
	x.arcs()
	x.arrivals()
	return x.g
}

// edges copies the edges with both ends kept. A gate gets an edge as well, without
// length, so that arcs can name it.
func (x *expansion) edges(kept []bool, rep *Report) {
	g, b := x.g, x.b
	x.newOf = make([]Edge, len(b.edges))
	x.room(kept)
	g.ShapeFirst = append(g.ShapeFirst, 0)
	for i := range b.edges {
		e := &b.edges[i]
		x.newOf[i] = None
		if !kept[e.u] || !kept[e.v] {
			continue
		}
		x.newOf[i] = Edge(g.Edges())
		g.EdgeWay = append(g.EdgeWay, e.way)
		g.EdgeClass = append(g.EdgeClass, e.class)
		g.EdgeName, g.EdgeRef = append(g.EdgeName, e.name), append(g.EdgeRef, e.ref)
		g.EdgeFlags = append(g.EdgeFlags, e.flags)
		g.EdgeMetres = append(g.EdgeMetres, float32(e.metres))
		g.Shape = append(g.Shape, b.shape[e.first:e.end]...)
		g.ShapeFirst = append(g.ShapeFirst, int32(len(g.Shape)))
		for d := range 2 {
			move, wait := e.move[d], e.wait[d]
			if e.access[d] == No {
				move, wait = None, None
			}
			g.SideMove, g.SideWait = append(g.SideMove, move), append(g.SideWait, wait)
		}
		rep.Metres += e.metres
	}
	rep.Edges = g.Edges()
}

// room makes room for the edges that are kept.
func (x *expansion) room(kept []bool) {
	n, points := 0, 0
	for i := range x.b.edges {
		if e := &x.b.edges[i]; kept[e.u] && kept[e.v] {
			n, points = n+1, points+int(e.end-e.first)
		}
	}
	g := x.g
	g.EdgeWay, g.EdgeName, g.EdgeRef = make([]int64, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	g.EdgeClass, g.EdgeFlags, g.EdgeMetres = make([]uint8, 0, n), make([]uint8, 0, n), make([]float32, 0, n)
	g.SideMove, g.SideWait = make([]Millis, 0, 2*n), make([]Millis, 0, 2*n)
	g.Shape, g.ShapeFirst = make([]Place, 0, points), make([]int32, 0, n+1)
	arcs := len(x.out.sides)
	g.Head, g.ArcSide = make([]Node, 0, arcs), make([]Side, 0, arcs)
	g.Move, g.Wait = make([]Millis, 0, arcs), make([]Millis, 0, arcs)
	g.Arrive = make([]Leg, 0, arcs)
}

func (x *expansion) side(s Side) Side {
	if e := x.newOf[s.Edge()]; e != None {
		return e.Side(s.Backward())
	}
	return None
}

// ends tells whether a side is for trip ends only: by its own tags, or because
// public ground does not connect it with the rest.
func (x *expansion) ends(s Side) bool {
	return x.b.access(s) == Ends || !x.main[x.b.tail(s)] || !x.main[x.b.head(s)]
}

// departLayer is where a trip that begins on the side finds itself at its head.
func (x *expansion) departLayer(s Side) layer {
	if x.main[x.b.head(s)] {
		return public
	}
	return leave
}

// after gives the layer a side leads to from a layer, if it may be used there.
func (x *expansion) after(s Side, from layer) (layer, bool) {
	mainTail, mainHead := x.main[x.b.tail(s)], x.main[x.b.head(s)]
	switch {
	case !x.ends(s):
		return public, true
	case mainTail && mainHead: // joins two public junctions: no way through
		return 0, false
	case mainTail:
		return arrive, from == public
	case mainHead:
		return public, from == leave
	}
	return from, from != public
}

// entered is the state at the head of a side that was entered with a memory. Only
// sides that bear on the next turns get one of their own.
func (x *expansion) entered(in memory, s Side, l layer) state {
	v := x.b.head(s)
	at := x.turns.after(in, s)
	if at >= x.turns.sides || x.turns.bears(s) || x.b.rules.Turns.Any() && len(x.out.at(v)) > 2 {
		return state{v, l, at}
	}
	return state{v, l, None}
}

// find gives the node of a state; None before it was added.
func (x *expansion) find(s state) Node {
	if s.in == None {
		return x.plain[s.layer][s.junction]
	}
	if n, ok := x.split[s]; ok {
		return n
	}
	return None
}

// fill is a slice of None.
func fill[T ~int32](n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = None
	}
	return out
}

func (x *expansion) add(s state) Node {
	if n := x.find(s); n != None {
		return n
	}
	n := Node(len(x.states))
	if s.in == None {
		x.plain[s.layer][s.junction] = n
	} else {
		x.split[s] = n
	}
	x.states = append(x.states, s)
	x.g.NodePlace = append(x.g.NodePlace, x.b.nodePlace[s.junction])
	x.g.NodeID = append(x.g.NodeID, x.b.nodeID[s.junction])
	return n
}

// arcs adds the arcs of every state; states found on the way are appended and get
// their turn.
func (x *expansion) arcs() {
	g, b := x.g, x.b
	for i := 0; i < len(x.states); i++ {
		from := x.states[i]
		g.First = append(g.First, int32(len(g.Head)))
		for _, s := range x.out.at(from.junction) {
			to, ok := x.after(s, from.layer)
			if !ok || x.turns.forbidden(from.in, s) {
				continue
			}
			e := &b.edges[s.Edge()]
			x.arc(x.add(x.entered(from.in, s, to)), x.side(s), e.move[s&1], e.wait[s&1]+x.turn(from.in, s))
		}
		if from.layer == leave { // a trip inside the same ground
			x.arc(x.add(state{from.junction, arrive, from.in}), None, 0, 0)
		}
	}
	g.First = append(g.First, int32(len(g.Head)))
}

func (x *expansion) arc(head Node, s Side, move, wait Millis) {
	g := x.g
	g.Head, g.ArcSide = append(g.Head, head), append(g.ArcSide, s)
	g.Move, g.Wait = append(g.Move, move), append(g.Wait, wait)
}

// arrivals lists, for each side, where a trip begun on it goes on and the nodes a
// trip that ends on it comes from.
func (x *expansion) arrivals() {
	g := x.g
	// The nodes of a junction, as a list: the first, and after each the next.
	first, next := fill[Node](len(x.b.nodePlace)), make([]Node, len(x.states))
	for n := len(x.states) - 1; n >= 0; n-- {
		v := x.states[n].junction
		next[n], first[v] = first[v], Node(n)
	}
	g.Depart = make([]Node, 2*g.Edges())
	g.ArriveFirst = make([]int32, 1, 2*g.Edges()+1)
	for i := range x.b.edges {
		if x.newOf[i] == None {
			continue
		}
		for _, s := range [2]Side{Side(2 * i), Side(2*i + 1)} {
			n := x.side(s)
			if g.Depart[n] = None; x.b.access(s) != No {
				g.Depart[n] = x.find(x.entered(None, s, x.departLayer(s)))
				x.arriveBy(s, first[x.b.tail(s)], next)
			}
			g.ArriveFirst = append(g.ArriveFirst, int32(len(g.Arrive)))
		}
	}
}

func (x *expansion) arriveBy(s Side, first Node, next []Node) {
	want := arrive
	if x.main[x.b.tail(s)] {
		want = public
	}
	for n := first; n != None; n = next[n] {
		if from := x.states[n]; from.layer == want && !x.turns.forbidden(from.in, s) {
			x.g.Arrive = append(x.g.Arrive, Leg{n, x.turn(from.in, s)})
		}
	}
}

// turn is what going from one side into another costs: beyond 45 degrees it is a
// turn, back into the same edge a U-turn. Costs are written for traffic on the right;
// on the left the two sides change places.
func (x *expansion) turn(from memory, out Side) Millis {
	costs, in := x.b.rules.Turns, x.turns.last(from)
	if in == None || !costs.Any() {
		return 0
	}
	if in.Opposite() == out {
		return costs.UTurn
	}
	angle := x.bearing(out, false) - x.bearing(in, true)
	if KeepsLeft(x.b.rules.Country) {
		angle = -angle
	}
	switch angle = math.Remainder(angle, 2*math.Pi); {
	case angle > math.Pi/4:
		return costs.Left
	case angle < -math.Pi/4:
		return costs.Right
	}
	return 0
}

// bearing is the direction, counter-clockwise from east, in which a side begins or
// ends.
func (x *expansion) bearing(s Side, atEnd bool) float64 {
	e := &x.b.edges[s.Edge()]
	shape := x.b.shape[e.first:e.end]
	p, q := shape[0], shape[1]
	if s.Backward() != atEnd {
		p, q = shape[len(shape)-2], shape[len(shape)-1]
	}
	if s.Backward() {
		p, q = q, p
	}
	squeeze := math.Cos(float64(p.Lat) / 1e7 * math.Pi / 180)
	return math.Atan2(float64(q.Lat)-float64(p.Lat), eastward(p, q)*squeeze)
}
