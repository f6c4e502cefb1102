package reach

import (
	"context"
	"fmt"
	"math/rand/v2"

	"conurb/kit/cch"
)

// DifferenceError tells that a fast answer is not that of a plain search: the file
// was damaged before its checksums were made, or the program is at fault.
type DifferenceError struct {
	From, To  cch.Node
	Got, Want cch.Weight
}

func (e *DifferenceError) Error() string {
	return fmt.Sprintf("from node %d to node %d the sweep takes %d, a plain search %d", e.From, e.To, e.Got, e.Want)
}

// Verify compares sweeps from so many nodes to all others with Dijkstra's algorithm,
// and tells how many times agreed.
func (e *Engine) Verify(ctx context.Context, sources int, random *rand.Rand) (pairs int, err error) {
	graph, err := e.Graph.Network()
	if err != nil {
		return 0, err
	}
	weights := make([]cch.Weight, e.Graph.Arcs())
	for a := range weights {
		weights[a] = e.metric.Weight(cch.Arc(a))
	}
	plain, err := cch.NewDijkstra(graph, weights)
	if err != nil {
		return 0, err
	}
	sweep, err := e.sweep(ctx, Outbound)
	if err != nil {
		return 0, err
	}
	searcher := cch.NewSearcher[cch.Weight](sweep.All())
	row := make([]cch.Weight, e.Graph.Nodes())
	for range sources {
		if err := ctx.Err(); err != nil {
			return pairs, err
		}
		from := cch.Node(random.IntN(e.Graph.Nodes()))
		if err := searcher.One([]cch.Seed{{Node: from}}, row); err != nil {
			return pairs, err
		}
		plain.Run(from)
		for v, got := range row {
			if want := plain.Distance(cch.Node(v)); min(got, cch.Infinity) != min(want, cch.Infinity) {
				return pairs, &DifferenceError{from, cch.Node(v), got, want}
			}
		}
		pairs += len(row)
	}
	return pairs, nil
}
