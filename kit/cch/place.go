package cch

import "fmt"

// Places are points of a map as a search sees them: for each some nodes and what
// it costs to get to or from them (the two ends of the street it lies on, say). A
// place without seeds cannot be reached.
type Places struct {
	First []int32 // the seeds of place i are Seeds[First[i]:First[i+1]]
	Seeds []Seed
}

// AtNodes are places that lie on nodes.
func AtNodes(nodes []Node) Places {
	p := Places{First: make([]int32, len(nodes)+1), Seeds: make([]Seed, len(nodes))}
	for i, v := range nodes {
		p.First[i+1], p.Seeds[i].Node = int32(i+1), v
	}
	return p
}

// Add appends a place.
func (p *Places) Add(seeds ...Seed) {
	if len(p.First) == 0 {
		p.First = append(p.First, 0)
	}
	p.Seeds = append(p.Seeds, seeds...)
	p.First = append(p.First, int32(len(p.Seeds)))
}

// Len is the number of places.
func (p Places) Len() int { return max(0, len(p.First)-1) }

// At lists the seeds of place i.
func (p Places) At(i int) []Seed { return p.Seeds[p.First[i]:p.First[i+1]] }

func (p Places) check(nodes int) error {
	if len(p.First) > 0 && !ascending(p.First, len(p.Seeds)) || len(p.First) == 0 && len(p.Seeds) > 0 {
		return fmt.Errorf("places: offsets out of order")
	}
	return checkSeeds(p.Seeds, nodes)
}

func checkSeeds(seeds []Seed, nodes int) error {
	for _, s := range seeds {
		if uint32(s.Node) >= uint32(nodes) {
			return fmt.Errorf("place at node %d: the graph has %d", s.Node, nodes)
		}
	}
	return nil
}
