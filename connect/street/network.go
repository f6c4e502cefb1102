package street

import (
	"fmt"

	"conurb/kit/cch"
)

// Network gives the graph in the terms of kit/cch: node and arc numbers stay the
// same.
func (g *Graph) Network() (*cch.Graph, error) {
	tail, head := make([]cch.Node, g.Arcs()), make([]cch.Node, g.Arcs())
	for v := range Node(g.Nodes()) {
		for a := g.First[v]; a < g.First[v+1]; a++ {
			tail[a], head[a] = cch.Node(v), cch.Node(g.Head[a])
		}
	}
	n, err := cch.NewGraph(g.Nodes(), tail, head)
	if err != nil {
		return nil, fmt.Errorf("network of profile %s: %w", g.Profile, err)
	}
	return n, nil
}

// Weights are times in deciseconds, rounded; an arc that takes any time takes at
// least one. Pass the result of Times, or nil for free flow.
func (g *Graph) Weights(times []Millis) []cch.Weight {
	out := make([]cch.Weight, g.Arcs())
	for a := range out {
		t := g.Move[a] + g.Wait[a]
		if times != nil {
			t = times[a]
		}
		out[a] = cch.Weight((t + 50) / 100)
		if t > 0 && out[a] == 0 {
			out[a] = 1
		}
	}
	return out
}
