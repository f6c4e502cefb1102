package osmpbf

import (
	"encoding/binary"
	"slices"
)

// extend lengthens a column by n elements that are then all set.
func extend[T any](s []T, n int) []T { return slices.Grow(s, n)[:len(s)+n] }

// node decodes a Node message.
func (d *decoder) node(msg []byte) error {
	var keys, vals packed
	var id, lat, lon int64
	var info []byte
	seen := 0
	m := message{b: msg}
	for m.next() {
		switch m.num {
		case 1:
			id = m.sint()
			seen |= 1
		case 2:
			keys.add(&m)
		case 3:
			vals.add(&m)
		case 4:
			info = m.bytes()
		case 8:
			lat = m.sint()
			seen |= 2
		case 9:
			lon = m.sint()
			seen |= 4
		}
	}
	if m.err != nil {
		return m.err
	}
	if seen != 7 {
		return in(KindNode, id, corrupt(msg, "number, latitude or longitude is missing"))
	}
	if !d.tagged(KindNode, &keys) {
		return nil
	}
	n := &d.b.Nodes
	n.ID = append(n.ID, NodeID(id))
	n.Lat = append(n.Lat, Nano(lat))
	n.Lon = append(n.Lon, Nano(lon))
	if err := d.onGlobe(msg, len(n.ID)-1); err != nil {
		return err
	}
	if err := d.tags(msg, &keys, &vals, &n.tags); err != nil {
		return in(KindNode, id, err)
	}
	if err := d.history(info, &n.Info); err != nil {
		return in(KindNode, id, err)
	}
	return nil
}

// onGlobe turns the places of the nodes from base on into Nano.
func (d *decoder) onGlobe(msg []byte, base int) error {
	n := &d.b.Nodes
	if bad := d.head.places(n.Lat[base:], true, false); bad >= 0 {
		return in(KindNode, int64(n.ID[base+bad]), corrupt(msg, "latitude beyond 90 degrees"))
	}
	if bad := d.head.places(n.Lon[base:], false, false); bad >= 0 {
		return in(KindNode, int64(n.ID[base+bad]), corrupt(msg, "longitude beyond 180 degrees"))
	}
	return nil
}

// dense decodes a DenseNodes message: nodes as columns of differences.
func (d *decoder) dense(msg []byte) error {
	var ids, lats, lons, tags packed
	var info []byte
	m := message{b: msg}
	for m.next() {
		switch m.num {
		case 1:
			ids.add(&m)
		case 5:
			info = m.bytes()
		case 8:
			lats.add(&m)
		case 9:
			lons.add(&m)
		case 10:
			tags.add(&m)
		}
	}
	if m.err != nil {
		return m.err
	}
	if err := same(msg, "latitudes of dense nodes", &lats, ids.n); err != nil {
		return err
	}
	if err := same(msg, "longitudes of dense nodes", &lons, ids.n); err != nil {
		return err
	}
	n := &d.b.Nodes
	base := len(n.ID)
	if some, err := d.denseTags(n, &tags, ids.n); err != nil || !some {
		return err
	}
	n.ID, n.Lat, n.Lon = extend(n.ID, ids.n), extend(n.Lat, ids.n), extend(n.Lon, ids.n)
	if err := deltas(n.ID[base:], &ids); err != nil {
		return err
	}
	if err := deltas(n.Lat[base:], &lats); err != nil {
		return err
	}
	if err := deltas(n.Lon[base:], &lons); err != nil {
		return err
	}
	if err := d.onGlobe(msg, base); err != nil {
		return err
	}
	if d.o.Info {
		if err := d.denseInfo(info, ids.n, &n.Info); err != nil {
			return err
		}
	}
	if d.o.Nodes.Key != nil {
		n.keep(base, d.keep)
	}
	return nil
}

// denseTags decodes ((key value)* 0)* for all nodes, or nothing at all where no
// node has a tag. With a filter it notes in d.keep whom to keep, and says
// whether there is anyone.
func (d *decoder) denseTags(n *Nodes, p *packed, count int) (some bool, err error) {
	filter := d.o.Nodes.Key != nil
	if filter {
		d.keep = extend(d.keep[:0], count)
		clear(d.keep)
	}
	if p.n == 0 {
		if !filter {
			n.untagged(count)
		}
		return !filter, nil
	}
	from := extend(n.tags.from, count)
	rows := from[len(n.tags.from):]
	if count == 0 {
		return false, p.corrupt("tags of dense nodes where there are none")
	}
	all := n.tags.all
	for i, k := 0, 0; k < len(rows); k++ {
		for len(rows)-k > 8 && len(p.b)-i > 8 && binary.LittleEndian.Uint64(p.b[i:]) == 0 {
			for n := range rows[k : k+8] { // eight nodes without a tag
				rows[k+n] = uint32(len(all))
			}
			i, k = i+8, k+8
		}
		for {
			if i == len(p.b) {
				return false, p.corrupt("tags end at node %d of %d", k, count)
			}
			var a, b uint64
			if a, i = number(p.b, i); a == 0 && i > 0 {
				break
			}
			if i < 0 || i == len(p.b) {
				return false, p.corrupt("tags end at node %d of %d, after a key", k, count)
			}
			b, i = number(p.b, i)
			key, ok1 := d.word(a)
			value, ok2 := d.word(b)
			if i < 0 || !ok1 || !ok2 {
				return false, p.corrupt("a tag of node %d of %d is not in the string table of %d", k, count, len(d.b.Strings))
			}
			all = append(all, Tag{key, value})
			if filter && d.wants(KindNode, key) {
				d.keep[k], some = true, true
			}
		}
		rows[k] = uint32(len(all))
		if k == count-1 && i < len(p.b) {
			return false, p.corrupt("tags of more than the %d nodes there are", count)
		}
	}
	if filter && !some {
		return false, nil // n.tags is as it was
	}
	n.tags.from, n.tags.all = from, all
	return true, nil
}

// untagged ends the rows of that many nodes without tags.
func (n *Nodes) untagged(count int) {
	from := extend(n.tags.from, count)
	for i := len(n.tags.from); i < len(from); i++ {
		from[i] = uint32(len(n.tags.all))
	}
	n.tags.from = from
}

// keep drops the nodes from base on for which keep is false.
func (n *Nodes) keep(base int, keep []bool) {
	to, tag := base, n.tags.from[base]
	for i, k := range keep {
		if !k {
			continue
		}
		i += base
		n.ID[to], n.Lat[to], n.Lon[to] = n.ID[i], n.Lat[i], n.Lon[i]
		if len(n.Info) > 0 {
			n.Info[to] = n.Info[i]
		}
		tag += uint32(copy(n.tags.all[tag:], n.Tags(i)))
		to++
		n.tags.from[to] = tag
	}
	n.ID, n.Lat, n.Lon = n.ID[:to], n.Lat[:to], n.Lon[:to]
	if len(n.Info) > 0 {
		n.Info = n.Info[:to]
	}
	n.tags.all, n.tags.from = n.tags.all[:tag], n.tags.from[:to+1]
}
