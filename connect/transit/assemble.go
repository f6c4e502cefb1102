package transit

// assemble sorts operations by time and gives each its lines.
func (c *compiler) assemble() *Program {
	p := &Program{window: c.w, slack: c.slack, trips: c.t.Trips(), stops: c.t.Stops(), cells: c.ways.Cells}
	p.lay(c.sorted(), c.t.Events())
	return p
}

// lay gives operations, which are in order, their lines; alightings are numbered up to a
// count.
func (p *Program) lay(ops []operation, alightings int) {
	l := lines{seat: fillNone(p.trips), slot: fillNone(alightings)}
	l.count(ops)
	for _, o := range ops {
		a, b := l.place(&o)
		if a == None || b == None {
			continue // nobody can be on that trip or alighting: its state would be nothing
		}
		p.add(o, pair{a, b})
	}
	p.slots, p.seats = l.slots.size, l.seats.size
}

// sorted orders operations by second, within a second by rank, and by kind: two
// stable passes of counting.
func (c *compiler) sorted() []operation {
	highest := int32(0)
	for i := range c.ops {
		if r := c.ops[i].rank; r != lastRank {
			highest = max(highest, r)
		}
	}
	within := func(o *operation) int32 { return min(o.rank, highest+1)*int32(kinds) + int32(o.kind) }
	ops := counted(c.ops, (highest+2)*int32(kinds), within)
	return counted(ops, int32(c.w.end()-c.w.From)+1, func(o *operation) int32 { return int32(o.at - c.w.From) })
}

// counted is a stable sort by a key from 0 to below keys.
func counted(ops []operation, keys int32, key func(*operation) int32) []operation {
	next := make([]int32, keys+1)
	for i := range ops {
		next[key(&ops[i])+1]++
	}
	for i := int32(1); i <= keys; i++ {
		next[i] += next[i-1]
	}
	out := make([]operation, len(ops))
	for i := range ops {
		k := key(&ops[i])
		out[next[k]] = ops[i]
		next[k]++
	}
	return out
}

// lines gives lines to trips and alightings, and takes them back after their last
// use, so that the state of a sweep stays small.
type lines struct {
	seat, slot   []int32 // by trip and by event
	seats, slots pool
	usesSeat     []int32
	usesSlot     []int32
}

type pool struct {
	free []int32
	size int
}

func (p *pool) take() int32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		return i
	}
	p.size++
	return int32(p.size - 1)
}

func fillNone(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = None
	}
	return out
}

func (l *lines) count(ops []operation) {
	l.usesSeat, l.usesSlot = make([]int32, len(l.seat)), make([]int32, len(l.slot))
	for i := range ops {
		switch o := &ops[i]; o.kind {
		case change, leave:
			l.usesSlot[o.b]++
		case alight:
			l.usesSeat[o.b]++
		case stay:
			l.usesSeat[o.a]++
			l.usesSeat[o.b]++
		case board:
			l.usesSeat[o.a]++
		}
	}
}

// place finds the lines of an operation; None where what it reads is nothing.
func (l *lines) place(o *operation) (a, b int32) {
	switch o.kind {
	case change, leave:
		a, b = o.a, l.slot[o.b]
		l.usedSlot(o.b)
	case alight:
		if b = l.seat[o.b]; b != None {
			a = l.slots.take()
			l.slot[o.a] = a
		}
		l.usedSeat(o.b)
	case stay:
		if b = l.seat[o.b]; b != None {
			if a = l.seat[o.a]; a == None {
				a = l.seats.take()
				l.seat[o.a] = a
				o.kind = follow
			}
		}
		l.usedSeat(o.b)
		l.usedSeat(o.a)
	case board:
		if a, b = l.seat[o.a], o.b; a == None {
			a, o.kind = l.seats.take(), enter
			l.seat[o.a] = a
		}
		l.usedSeat(o.a)
	}
	return a, b
}

func (l *lines) usedSeat(k int32) {
	if l.usesSeat[k]--; l.usesSeat[k] == 0 && l.seat[k] != None {
		l.seats.free = append(l.seats.free, l.seat[k])
		l.seat[k] = None
	}
}

func (l *lines) usedSlot(e int32) {
	if l.usesSlot[e]--; l.usesSlot[e] == 0 && l.slot[e] != None {
		l.slots.free = append(l.slots.free, l.slot[e])
		l.slot[e] = None
	}
}

// add appends an operation to the run it belongs to.
func (p *Program) add(o operation, lines pair) {
	trip := o.a
	if o.kind == alight {
		trip = o.b
	}
	p.append(o.kind, uint16(o.at-p.window.From+1), lines, trip)
}

// append is add of an operation that has its lines; changes and ways out have no trip.
func (p *Program) append(k kind, at uint16, lines pair, trip int32) {
	n := int32(len(p.pairs[k]))
	p.pairs[k] = append(p.pairs[k], lines)
	if k != change && k != leave {
		p.owner[k] = append(p.owner[k], trip)
	}
	if last := len(p.runs) - 1; last >= 0 && p.runs[last].kind == k && p.runs[last].at == at && p.runs[last].hi == n {
		p.runs[last].hi++
		return
	}
	p.runs = append(p.runs, run{k, at, n, n + 1})
}

// Operations is the number of operations of one sweep.
func (p *Program) Operations() int {
	n := 0
	for k := range p.pairs {
		n += len(p.pairs[k])
	}
	return n
}

// Bytes is the memory of the program.
func (p *Program) Bytes() int64 { return int64(p.Operations())*8 + int64(len(p.runs))*12 }
