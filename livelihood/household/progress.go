package household

// Progress is how far a city has come with reconciling.
type Progress struct {
	Serving     bool    `json:"serving"`
	Incarnation int64   `json:"incarnation"` // that it is, or was before it was restored
	Becoming    int64   `json:"becoming,omitempty"`
	Others      []Heard `json:"others"`
}

// Heard is what another node has told.
type Heard struct {
	City   City  `json:"city"`
	Told   bool  `json:"told"`   // everything that was asked for in this round
	Parts  int64 `json:"parts"`  // messages of an answer that is not yet whole
	Stale  bool  `json:"stale"`  // it answers, and was itself restored
	Signed bool  `json:"signed"` // a person has signed to go on without it
}

// Progress tells how far the city has come. Two rounds are asked: for numbers, then, as the
// incarnation after them (Becoming), for facts.
func (m *Machine) Progress(b Book) (p Progress, err error) {
	if p.Serving, err = m.Serving(b); err != nil {
		return p, err
	}
	if p.Incarnation, err = b.Number(incarnation); err != nil || p.Serving {
		return p, err
	}
	if p.Becoming, err = b.Number(becoming); err != nil {
		return p, err
	}
	for _, c := range m.Others {
		n, err := b.Number(answered + string(c))
		if err != nil {
			return p, err
		}
		there, err := b.Number(stale + string(c))
		if err != nil {
			return p, err
		}
		signed, err := b.Number(without + string(c))
		if err != nil {
			return p, err
		}
		p.Others = append(p.Others, Heard{c, n < 0, max(n, 0), there != 0, signed != 0})
	}
	return p, nil
}
