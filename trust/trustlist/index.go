package trustlist

// held is a state with what Judge looks up, made once for each publication.
type held struct {
	State
	rows    map[issuer][]keyedRow
	equals  map[[2]Side][]*ListedEquivalent
	revoked map[ownKey]*Revocation // the earliest of each key
}

// issuer is an authority with a type of licence.
type issuer struct {
	city            Party
	authority, kind string
}

// keyedRow is a row with the thumbprint of its key.
type keyedRow struct {
	*ListedRow
	key string
}

// ownKey is a key of a city, by thumbprint: another city's revocation is none of it.
type ownKey struct {
	city Party
	key  string
}

func hold(s State) *held {
	h := &held{s, map[issuer][]keyedRow{}, map[[2]Side][]*ListedEquivalent{}, map[ownKey]*Revocation{}}
	for i := range s.Rows {
		r := &s.Rows[i]
		of := issuer{r.City, r.Authority, r.Type}
		h.rows[of] = append(h.rows[of], keyedRow{r, thumbprint(&r.Row)})
	}
	for i := range s.Equivalents {
		e := &s.Equivalents[i]
		h.equals[[2]Side{e.Of, e.As}] = append(h.equals[[2]Side{e.Of, e.As}], e)
	}
	for i := range s.Revoked {
		r := &s.Revoked[i]
		if first := h.revoked[ownKey{r.City, r.Key}]; first == nil || r.From < first.From {
			h.revoked[ownKey{r.City, r.Key}] = r
		}
	}
	return h
}
