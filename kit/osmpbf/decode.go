package osmpbf

import "slices"

// expansion is how many times the length of its content a block can become at
// most, scratch included: nodes of three bytes, with Info of none.
func (o *Options) expansion() int64 {
	if o.Info {
		return 24
	}
	return 10
}

// Fields of PrimitiveBlock that hold the rest.
const (
	fieldStrings = 1
	fieldGroup   = 2
)

// decoder turns the content of a block into its columns. It belongs to one
// goroutine and keeps its scratch from block to block.
type decoder struct {
	unpacker
	o       *Options
	b       *Block
	head    head
	content []byte
	ready   bool // the string table is in b
	marks   [3][]mark
	numbers []int64 // scratch
	keep    []bool  // scratch
}

// mark remembers what Filter.Key said of a word.
type mark uint8

const (
	unasked mark = iota
	wanted
	unwanted
)

// head is what holds for the whole block.
type head struct {
	granularity     int64
	latOffset       int64
	lonOffset       int64
	dateGranularity int64
	minLat, maxLat  int64 // in units of granularity
	minLon, maxLon  int64
}

// decode fills b from content.
func (d *decoder) decode(content []byte, b *Block) error {
	d.b, d.content, d.ready = b, content, false
	b.clear()
	if err := d.top(); err != nil {
		return err
	}
	m := message{b: content}
	for m.next() {
		if m.num == fieldGroup {
			if err := d.group(m.bytes()); err != nil {
				return err
			}
		}
	}
	return m.err
}

// top reads the fields of PrimitiveBlock. Those that the groups need to be
// understood may come after them.
func (d *decoder) top() error {
	d.head = head{granularity: 100, dateGranularity: 1000}
	h := &d.head
	m := message{b: d.content}
	for m.next() {
		switch m.num {
		case fieldStrings, fieldGroup:
			m.bytes() // only sees that it is a message
		case 17:
			if h.granularity = int64(m.int32()); h.granularity <= 0 {
				m.fail("granularity %d", h.granularity)
			}
		case 18:
			if h.dateGranularity = int64(m.int32()); h.dateGranularity <= 0 {
				m.fail("date granularity %d", h.dateGranularity)
			}
		case 19:
			h.latOffset = offset(&m)
		case 20:
			h.lonOffset = offset(&m)
		}
	}
	if m.err != nil {
		return m.err
	}
	h.minLat, h.maxLat = h.span(maxLat, h.latOffset)
	h.minLon, h.maxLon = h.span(maxLon, h.lonOffset)
	return nil
}

func offset(m *message) int64 {
	v := m.int()
	if v < -1<<60 || v > 1<<60 {
		m.fail("offset of %d nanodegrees", v)
		return 0
	}
	return v
}

// span is the least and the greatest number of units that lie on the globe.
func (h *head) span(limit Nano, offset int64) (lo, hi int64) {
	return -floorDiv(int64(limit)+offset, h.granularity), floorDiv(int64(limit)-offset, h.granularity)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// table makes the strings of the block, once something in it is wanted. The text
// of the table is copied once and all strings are parts of the copy.
func (d *decoder) table(at []byte) error {
	if d.ready {
		return nil
	}
	d.ready = true
	n, err := d.eachString(nil)
	if err != nil {
		return err
	}
	if n == 0 {
		return corrupt(at, "elements without a string table")
	}
	strings := slices.Grow(d.b.Strings, n)
	if _, err := d.eachString(func(s string) { strings = append(strings, s) }); err != nil {
		return err
	}
	d.b.Strings = strings
	for k := range d.marks {
		if d.filter(Kind(k)).Key != nil {
			d.marks[k] = extend(d.marks[k][:0], n)
			clear(d.marks[k])
		}
	}
	return nil
}

// eachString counts the strings of the table and, if asked, gives each of them.
func (d *decoder) eachString(give func(string)) (n int, err error) {
	block := message{b: d.content}
	for block.next() {
		if block.num != fieldStrings {
			continue
		}
		part, text := block.bytes(), ""
		if give != nil {
			text = string(part)
		}
		m := message{b: part}
		for m.next() {
			if m.num != 1 {
				continue
			}
			n++
			m.bytes() // only sees that it is a string
			if give != nil && m.err == nil {
				give(text[m.start:m.end])
			}
		}
		if m.err != nil {
			return n, m.err
		}
	}
	return n, block.err
}

func (d *decoder) filter(k Kind) *Filter {
	return [...]*Filter{&d.o.Nodes, &d.o.Ways, &d.o.Relations}[k]
}

// wants says whether elements of kind k with a tag of this key are wanted.
func (d *decoder) wants(k Kind, key Word) bool {
	m := &d.marks[k][key]
	if *m == unasked {
		*m = unwanted
		if d.filter(k).Key(d.b.Strings[key]) {
			*m = wanted
		}
	}
	return *m == wanted
}

// kindOf gives the kind of element in each field of PrimitiveGroup.
func kindOf(field uint32) (k Kind, ok bool) {
	switch field {
	case 1, 2:
		return KindNode, true
	case 3:
		return KindWay, true
	case 4:
		return KindRelation, true
	}
	return 0, false // a changeset, or news to come
}

// group decodes a PrimitiveGroup. The format wants it to hold elements of one
// kind; nothing here depends on that.
func (d *decoder) group(g []byte) error {
	room := false
	m := message{b: g}
	for m.next() {
		k, ok := kindOf(m.num)
		if !ok {
			continue
		}
		d.b.saw(k)
		if d.filter(k).Skip {
			continue
		}
		data := m.bytes()
		if m.err != nil {
			return m.err
		}
		if err := d.table(m.field()); err != nil {
			return err
		}
		if !room {
			d.b.room(k, len(g))
			room = true
		}
		var err error
		switch m.num {
		case 1:
			err = d.node(data)
		case 2:
			err = d.dense(data)
		case 3:
			err = d.way(data)
		case 4:
			err = d.relation(data)
		}
		if err != nil {
			return err
		}
	}
	return m.err
}

// saw notes the first and the last kind of element, for files that are sorted.
func (b *Block) saw(k Kind) {
	if !b.some {
		b.first, b.some = k, true
	}
	b.last = k
}

// forget drops scratch that a strange block has made large.
func (d *decoder) forget() {
	const keep = 1 << 20
	d.b, d.content = nil, nil
	if cap(d.numbers) > keep {
		d.numbers = nil
	}
	if cap(d.keep) > keep {
		d.keep = nil
	}
	for k := range d.marks {
		if cap(d.marks[k]) > keep {
			d.marks[k] = nil
		}
	}
}

// word reads a string index.
func (d *decoder) word(v uint64) (Word, bool) {
	return Word(v), v < uint64(len(d.b.Strings))
}

// tags decodes two parallel columns of keys and values to the end of row.
func (d *decoder) tags(msg []byte, k, v *packed, row *rows[Tag]) error {
	if err := same(msg, "tag values", v, k.n); err != nil {
		return err
	}
	row.all = slices.Grow(row.all, k.n)
	i, j := 0, 0
	for n := range k.n {
		var a, b uint64
		a, i = number(k.b, i)
		b, j = number(v.b, j)
		key, ok1 := d.word(a)
		value, ok2 := d.word(b)
		switch {
		case i < 0 || !ok1:
			return k.corrupt("key %d of %d is not in the string table of %d", n, k.n, len(d.b.Strings))
		case j < 0 || !ok2:
			return v.corrupt("value %d of %d is not in the string table of %d", n, k.n, len(d.b.Strings))
		}
		row.all = append(row.all, Tag{key, value})
	}
	row.end()
	return nil
}

// tagged says whether one of the keys is wanted for kind k.
func (d *decoder) tagged(k Kind, keys *packed) bool {
	if d.filter(k).Key == nil {
		return true
	}
	i := 0
	for range keys.n {
		var v uint64
		if v, i = number(keys.b, i); i < 0 {
			return true // tags will say what is wrong
		}
		if w, ok := d.word(v); !ok || d.wants(k, w) {
			return true
		}
	}
	return false
}

// places turns units of the block's grid into Nano, in place.
func (h *head) places(dst []Nano, lat, nowhere bool) (bad int) {
	lo, hi, offset := h.minLon, h.maxLon, h.lonOffset
	if lat {
		lo, hi, offset = h.minLat, h.maxLat, h.latOffset
	}
	g, width := h.granularity, uint64(hi)-uint64(lo)
	for i, u := range dst {
		if uint64(u)-uint64(lo) <= width {
			dst[i] = Nano(int64(u)*g + offset)
			continue
		}
		unknown := int64(Nowhere) - offset
		if !nowhere || unknown%g != 0 || int64(u) != unknown/g {
			return i
		}
		dst[i] = Nowhere
	}
	return -1
}
