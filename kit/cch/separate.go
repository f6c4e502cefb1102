package cch

import (
	"math"
	"sync"
	"sync/atomic"
)

// separate parts a cell in two sides and the nodes between, by the best of
// several cuts; nodes by their number in the cell. Goroutines to spare try
// directions of their own, which does not change what is found.
func (d *dissector) separate(c *cell) (a, b, cut []int32) {
	n := len(c.node)
	s := cuts{d: d, c: c, best: make([]int8, n), score: math.Inf(1)}
	s.limit.Store(int64(n))
	var wait sync.WaitGroup
	for range d.Directions - 1 {
		if n <= 500 || !d.help(&wait, s.work) {
			break
		}
	}
	s.work()
	wait.Wait()
	if math.IsInf(s.score, 1) {
		return nil, nil, nil
	}
	for v, m := range s.best {
		switch m {
		case 0:
			a = append(a, int32(v))
		case 1:
			b = append(b, int32(v))
		default:
			cut = append(cut, int32(v))
		}
	}
	return a, b, cut
}

// help runs f in a goroutine of its own if one is to spare.
func (d *dissector) help(wait *sync.WaitGroup, f func()) bool {
	select {
	case d.spare <- struct{}{}:
		wait.Go(func() {
			f()
			<-d.spare
		})
		return true
	default:
		return false
	}
}

// cuts is the search for the best cut of a cell.
type cuts struct {
	d     *dissector
	c     *cell
	next  atomic.Int64 // direction
	limit atomic.Int64 // no cut of more nodes can win

	mu    sync.Mutex
	score float64
	which int // twice the direction, and one more for the cut near the sinks: the first of equals wins
	best  []int8
}

func (s *cuts) work() {
	n := len(s.c.node)
	f := newFlow(s.c.first, s.c.head)
	held := max(1, int(float64(n)*s.d.Balance))
	mark := make([]int8, n)
	for {
		k := int(s.next.Add(1) - 1)
		if k >= s.d.Directions {
			return
		}
		s.d.hold(s.c, f.side, float64(k)*math.Pi/float64(s.d.Directions), held)
		if !f.run(&s.limit) {
			continue
		}
		f.nearSource(mark)
		s.offer(mark, 2*k)
		f.nearSink(mark)
		s.offer(mark, 2*k+1)
	}
}

func (s *cuts) offer(mark []int8, which int) {
	score := cutScore(mark)
	s.mu.Lock()
	defer s.mu.Unlock()
	if score > s.score || math.IsInf(score, 1) || score == s.score && which > s.which {
		return
	}
	s.score, s.which = score, which
	copy(s.best, mark)
	// A cut of more nodes could win only by being much more even.
	s.limit.Store(int64(score * float64(len(mark)) / 2))
}

// cutScore is the nodes of a cut against those of its smaller side.
func cutScore(mark []int8) float64 {
	var count [3]int
	for _, m := range mark {
		count[m]++
	}
	smaller := min(count[0], count[1])
	if smaller == 0 {
		return math.Inf(1)
	}
	return float64(count[2]) / float64(smaller)
}

// along is how far a node of a cell lies along a direction.
type along struct {
	at float64
	v  int32
}

func (p along) before(q along) bool { return p.at < q.at || p.at == q.at && p.v < q.v }

// hold marks the nodes farthest along a direction, at both ends.
func (d *dissector) hold(c *cell, side []int8, angle float64, held int) {
	dx, dy := math.Cos(angle), math.Sin(angle)
	line := make([]along, len(c.node))
	for i, v := range c.node {
		line[i] = along{d.at[v].X*dx + d.at[v].Y*dy, int32(i)}
	}
	clear(side)
	foremost(line, held)
	rest := line[held:]
	foremost(rest, len(rest)-held)
	for i := range held {
		side[line[i].v] = heldSource
		side[rest[len(rest)-1-i].v] = heldSink
	}
}

// foremost brings the first n of a line to its front, in any order (Hoare 1961,
// "Algorithm 65: Find").
func foremost(line []along, n int) {
	for len(line) > 1 && n > 0 && n < len(line) {
		a, b, c := line[0], line[len(line)/2], line[len(line)-1]
		if b.before(a) {
			a, b = b, a
		}
		middle := b // the median of three parts even what is sorted
		if c.before(b) {
			if middle = c; c.before(a) {
				middle = a
			}
		}
		i, j := 0, len(line)-1
		for i <= j {
			for line[i].before(middle) {
				i++
			}
			for middle.before(line[j]) {
				j--
			}
			if i <= j {
				line[i], line[j] = line[j], line[i]
				i++
				j--
			}
		}
		switch { // up to j none is after the middle, from i on none before it
		case n <= j:
			line = line[:j+1]
		case n >= i:
			line, n = line[i:], n-i
		default:
			return
		}
	}
}
