package street

import "slices"

// memory is what a trip must still know at a junction to tell which turns are
// forbidden: None nothing; below the number of sides, the side it came by; above,
// the last sides it came by, which begin a forbidden sequence.
type memory int32

// memories is the automaton of forbidden sequences of sides (Aho and Corasick 1975):
// a trip is in the state of the longest end of it that begins such a sequence. A
// turn restriction with a node as via is a sequence of two sides, one with ways as
// via a longer one.
type memories struct {
	sides  memory
	banned map[Side][]Side // sequences of two
	begins map[Side]bool   // sides that begin a longer one
	next   map[step]memory
	deep   []remembered // of memory sides+i
}

type step struct {
	from memory
	to   Side
}

type remembered struct {
	last   Side
	banned []Side // what would complete a forbidden sequence
	fail   memory // of the longest shorter end
}

func newMemories(sides int) *memories {
	return &memories{sides: memory(sides), banned: map[Side][]Side{}, begins: map[Side]bool{}, next: map[step]memory{}}
}

// ban forbids one side after others. It tells whether that is news.
func (m *memories) ban(after []Side, out Side) bool {
	list := m.banned[after[0]]
	at := memory(after[0])
	if len(after) > 1 {
		m.begins[after[0]] = true
		for _, s := range after[1:] {
			to, ok := m.next[step{at, s}]
			if !ok {
				to = m.sides + memory(len(m.deep))
				m.deep = append(m.deep, remembered{last: s})
				m.next[step{at, s}] = to
			}
			at = to
		}
		list = m.deep[at-m.sides].banned
	}
	if slices.Contains(list, out) {
		return false
	}
	if list = append(list, out); len(after) > 1 {
		m.deep[at-m.sides].banned = list
	} else {
		m.banned[after[0]] = list
	}
	return true
}

// link finds the shorter ends, once all sequences are in. A memory is younger than
// the one it grew from, but not always than its shorter end: so by length.
func (m *memories) link() {
	type grown struct {
		from memory
		by   Side
		to   memory
	}
	grow := map[memory][]grown{}
	for s, to := range m.next {
		grow[s.from] = append(grow[s.from], grown{s.from, s.to, to})
	}
	var queue []grown
	for s := range m.begins {
		queue = append(queue, grow[memory(s)]...)
	}
	for len(queue) > 0 {
		g := queue[0]
		m.deep[g.to-m.sides].fail = m.after(m.shorter(g.from), g.by)
		queue = append(queue[1:], grow[g.to]...)
	}
}

// shorter is the next shorter end of a memory that begins a sequence; None after a
// single side.
func (m *memories) shorter(at memory) memory {
	if at < m.sides {
		return None
	}
	return m.deep[at-m.sides].fail
}

// after is the memory of a trip that goes on by a side: the side alone at least.
func (m *memories) after(at memory, s Side) memory {
	for ; at != None; at = m.shorter(at) {
		if to, ok := m.next[step{at, s}]; ok {
			return to
		}
	}
	return memory(s)
}

// last is the side a trip came by.
func (m *memories) last(at memory) Side {
	if at < m.sides {
		return Side(at) // None too
	}
	return m.deep[at-m.sides].last
}

// bears tells whether anything depends on having come by a side.
func (m *memories) bears(s Side) bool { return len(m.banned[s]) > 0 || m.begins[s] }

// forbidden tells whether a side would complete a forbidden sequence.
func (m *memories) forbidden(at memory, out Side) bool {
	if at == None {
		return false
	}
	for deep := at; deep >= m.sides; deep = m.shorter(deep) {
		if slices.Contains(m.deep[deep-m.sides].banned, out) {
			return true
		}
	}
	return slices.Contains(m.banned[m.last(at)], out)
}
