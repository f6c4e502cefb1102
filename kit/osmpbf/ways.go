package osmpbf

// way decodes a Way message.
func (d *decoder) way(msg []byte) error {
	var keys, vals, refs, lats, lons packed
	var id int64
	var info []byte
	seen := false
	m := message{b: msg}
	for m.next() {
		switch m.num {
		case 1:
			id, seen = m.int(), true
		case 2:
			keys.add(&m)
		case 3:
			vals.add(&m)
		case 4:
			info = m.bytes()
		case 8:
			refs.add(&m)
		case 9:
			lats.add(&m)
		case 10:
			lons.add(&m)
		}
	}
	switch {
	case m.err != nil && seen:
		return in(KindWay, id, m.err)
	case m.err != nil:
		return m.err
	case !seen:
		return corrupt(msg, "way without a number")
	case !d.tagged(KindWay, &keys):
		return nil
	}
	w := &d.b.Ways
	w.ID = append(w.ID, WayID(id))
	if err := d.tags(msg, &keys, &vals, &w.tags); err != nil {
		return in(KindWay, id, err)
	}
	if err := d.wayNodes(msg, &refs, &lats, &lons, w); err != nil {
		return in(KindWay, id, err)
	}
	if err := d.history(info, &w.Info); err != nil {
		return in(KindWay, id, err)
	}
	return nil
}

// wayNodes decodes the nodes of a way and, where the file has them, their places.
func (d *decoder) wayNodes(msg []byte, refs, lats, lons *packed, w *Ways) error {
	base := len(w.refs.all)
	w.refs.all = extend(w.refs.all, refs.n)
	if err := deltas(w.refs.all[base:], refs); err != nil {
		return err
	}
	w.refs.end()
	if lats.n+lons.n > 0 {
		if err := same(msg, "latitudes of nodes", lats, refs.n); err != nil {
			return err
		}
		if err := same(msg, "longitudes of nodes", lons, refs.n); err != nil {
			return err
		}
		if err := d.wayPlaces(&w.lat, lats, true); err != nil {
			return err
		}
		if err := d.wayPlaces(&w.lon, lons, false); err != nil {
			return err
		}
	}
	w.lat.end()
	w.lon.end()
	return nil
}

func (d *decoder) wayPlaces(row *rows[Nano], p *packed, lat bool) error {
	base := len(row.all)
	row.all = extend(row.all, p.n)
	if err := deltas(row.all[base:], p); err != nil {
		return err
	}
	if bad := d.head.places(row.all[base:], lat, true); bad >= 0 {
		return p.corrupt("place of node %d is off the globe", bad)
	}
	return nil
}

// relation decodes a Relation message.
func (d *decoder) relation(msg []byte) error {
	var keys, vals, roles, ids, kinds packed
	var id int64
	var info []byte
	seen := false
	m := message{b: msg}
	for m.next() {
		switch m.num {
		case 1:
			id, seen = m.int(), true
		case 2:
			keys.add(&m)
		case 3:
			vals.add(&m)
		case 4:
			info = m.bytes()
		case 8:
			roles.add(&m)
		case 9:
			ids.add(&m)
		case 10:
			kinds.add(&m)
		}
	}
	switch {
	case m.err != nil && seen:
		return in(KindRelation, id, m.err)
	case m.err != nil:
		return m.err
	case !seen:
		return corrupt(msg, "relation without a number")
	case !d.tagged(KindRelation, &keys):
		return nil
	}
	r := &d.b.Relations
	r.ID = append(r.ID, RelationID(id))
	if err := d.tags(msg, &keys, &vals, &r.tags); err != nil {
		return in(KindRelation, id, err)
	}
	if err := d.members(msg, &roles, &ids, &kinds, r); err != nil {
		return in(KindRelation, id, err)
	}
	if err := d.history(info, &r.Info); err != nil {
		return in(KindRelation, id, err)
	}
	return nil
}

// members decodes three parallel columns: role, difference of number, kind.
func (d *decoder) members(msg []byte, roles, ids, kinds *packed, r *Relations) error {
	n := ids.n
	if err := same(msg, "roles of members", roles, n); err != nil {
		return err
	}
	if err := same(msg, "kinds of members", kinds, n); err != nil {
		return err
	}
	d.numbers = extend(d.numbers[:0], n)
	if err := deltas(d.numbers, ids); err != nil {
		return err
	}
	base := len(r.members.all)
	r.members.all = extend(r.members.all, n)
	i, j := 0, 0
	for k, ref := range d.numbers {
		var role, kind uint64
		role, i = number(roles.b, i)
		kind, j = number(kinds.b, j)
		w, ok := d.word(role)
		switch {
		case i < 0 || !ok:
			return roles.corrupt("role of member %d of %d is not in the string table of %d", k, n, len(d.b.Strings))
		case j < 0 || kind > uint64(KindRelation):
			return kinds.corrupt("member %d of %d is of unknown kind", k, n)
		}
		r.members.all[base+k] = Member{ref, w, Kind(kind)}
	}
	r.members.end()
	return nil
}
