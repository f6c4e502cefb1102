package reach

import "conurb/connect/street"

// called are the name of the road an edge belongs to, the same in English where the
// map has it, and its number.
func (e *Engine) called(edge street.Edge) (name, english, ref string) {
	g := e.Graph
	n := g.EdgeName[edge]
	return g.Names[n], g.NamesEn[n], g.Names[g.EdgeRef[edge]]
}

// road is what tells one road from another.
func (e *Engine) road(edge street.Edge) int32 { return e.Graph.EdgeName[edge] }

// round tells whether an edge is part of a roundabout.
func (e *Engine) round(edge street.Edge) bool {
	return e.Graph.EdgeFlags[edge]&street.FlagRoundabout != 0
}

// ferry tells whether an edge is travelled by boat.
func (e *Engine) ferry(edge street.Edge) bool { return e.Graph.EdgeFlags[edge]&street.FlagFerry != 0 }
