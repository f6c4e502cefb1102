package street

// Node numbers the nodes of the graph, Edge the pieces of road between junctions,
// Arc the directed arcs of the graph, Side one direction of an edge.
type (
	Node int32
	Edge int32
	Arc  int32
	Side int32
)

// None stands for a node, edge or side that is not there.
const None = -1

// Edge is the piece of road that a side belongs to.
func (s Side) Edge() Edge { return Edge(s >> 1) }

// Backward tells whether a side runs against its way.
func (s Side) Backward() bool { return s&1 == 1 }

// Opposite is the other direction.
func (s Side) Opposite() Side { return s ^ 1 }

// Side returns a direction of an edge.
func (e Edge) Side(backward bool) Side {
	if backward {
		return Side(e)<<1 | 1
	}
	return Side(e) << 1
}

// Graph is the network of one profile in flat arrays. It is never changed once
// built; the arrays are open for reading.
type Graph struct {
	Profile string
	Snap    SnapRule
	Classes []string // what EdgeClass counts

	// What ways are called, each name once; "" is the first. NamesEn has the English
	// name at the same place, or "".
	Names, NamesEn []string

	// Nodes.
	NodePlace []Place
	NodeID    []int64 // of the map

	// Arcs, sorted by the node they leave: First[v] to First[v+1].
	First      []int32
	Head       []Node
	ArcSide    []Side   // the road it runs along; None where it only links the nodes of one place
	Move, Wait []Millis // driving, and delays that no congestion changes; the time is their sum

	// Edges.
	EdgeWay    []int64 // of the map
	EdgeClass  []uint8
	EdgeMetres []float32
	EdgeName   []int32 // of Names: the name of the way; its number where it has no name; 0 where it has neither
	EdgeRef    []int32 // of Names: the number of the way (G5, N 14); 0 where it has none
	EdgeFlags  []uint8 // FlagRoundabout and the other bits
	ShapeFirst []int32 // Shape[ShapeFirst[e]:ShapeFirst[e+1]], in the direction of the way
	Shape      []Place

	// Sides: where a trip that begins on one goes on, and from which nodes a trip
	// that ends on one comes in.
	SideMove, SideWait []Millis // -1: this direction is closed
	Depart             []Node
	ArriveFirst        []int32
	Arrive             []Leg // a node before the side, and what turning into it costs
}

// Leg is a node and the time between it and a point.
type Leg struct {
	Node Node
	Time Millis
}

// Nodes is the number of nodes.
func (g *Graph) Nodes() int { return len(g.NodePlace) }

// Arcs is the number of arcs.
func (g *Graph) Arcs() int { return len(g.Head) }

// Edges is the number of edges.
func (g *Graph) Edges() int { return len(g.EdgeWay) }

// Out returns the arcs that leave v: from the first up to before the last.
func (g *Graph) Out(v Node) (from, to Arc) { return Arc(g.First[v]), Arc(g.First[v+1]) }

// Time is what an arc takes in free flow.
func (g *Graph) Time(a Arc) Millis { return g.Move[a] + g.Wait[a] }

// EdgeShape are the points of an edge, in the direction of its way.
func (g *Graph) EdgeShape(e Edge) []Place { return g.Shape[g.ShapeFirst[e]:g.ShapeFirst[e+1]] }
