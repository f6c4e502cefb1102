package osmpbf

import "math"

// history decodes an Info message, if it is asked for; there may be none.
func (d *decoder) history(msg []byte, to *[]Info) error {
	if !d.o.Info {
		return nil
	}
	v := Info{Version: -1, Visible: true}
	m := message{b: msg}
	for m.next() {
		switch m.num {
		case 1:
			v.Version = m.int32()
		case 2:
			var ok bool
			if v.Time, ok = d.head.time(m.int()); !ok {
				m.fail("time of more than 64 bits")
			}
		case 3:
			v.Changeset = m.int()
		case 4:
			v.UserID = m.int32()
		case 5:
			var ok bool
			if v.User, ok = d.word(uint64(m.int())); !ok {
				m.fail("user is not in the string table of %d", len(d.b.Strings))
			}
		case 6:
			v.Visible = m.int() != 0
		}
	}
	*to = append(*to, v)
	return m.err
}

// time turns units of the block into milliseconds.
func (h *head) time(v int64) (ms int64, ok bool) {
	limit := math.MaxInt64 / h.dateGranularity
	return v * h.dateGranularity, -limit <= v && v <= limit
}

// denseInfo decodes a DenseInfo message of n nodes: columns, each of which may be
// missing.
func (d *decoder) denseInfo(msg []byte, n int, to *[]Info) error {
	var columns [6]packed
	m := message{b: msg}
	for m.next() {
		if m.num >= 1 && int(m.num) <= len(columns) {
			columns[m.num-1].add(&m)
		}
	}
	if m.err != nil {
		return m.err
	}
	base := len(*to)
	*to = extend(*to, n)
	infos := (*to)[base:]
	for i := range infos {
		infos[i] = Info{Version: -1, Visible: true}
	}
	d.numbers = extend(d.numbers[:0], n)
	for i := range columns {
		p := &columns[i]
		if p.n == 0 {
			continue
		}
		if err := same(msg, "entries in the dense info of nodes", p, n); err != nil {
			return err
		}
		var err error
		if i == 0 || i == 5 { // version and visible are not differences
			err = numbers(d.numbers, p)
		} else {
			err = deltas(d.numbers, p)
		}
		if err != nil {
			return err
		}
		if bad := d.spread(i, infos); bad >= 0 {
			return p.corrupt("entry %d in the dense info of %d nodes is out of range", bad, n)
		}
	}
	return nil
}

// spread puts column i of DenseInfo, decoded to d.numbers, into infos.
func (d *decoder) spread(i int, infos []Info) (bad int) {
	for k, v := range d.numbers {
		in, ok := &infos[k], true
		switch i {
		case 0:
			in.Version = int32(v)
		case 1:
			in.Time, ok = d.head.time(v)
		case 2:
			in.Changeset = v
		case 3:
			in.UserID, ok = int32(v), v == int64(int32(v))
		case 4:
			in.User, ok = d.word(uint64(v))
		case 5:
			in.Visible = v != 0
		}
		if !ok {
			return k
		}
	}
	return -1
}
