package pack

import "conurb/area"

// readSketch reads what streets and homes are modelled from.
func (l *loader) readSketch() {
	l.items(anchorsFile, l.anchor, "anchor")
	if l.files[strategicFile] == nil {
		return
	}
	l.single(strategicFile, func(m *mapping) {
		m.each("links", must, l.link)
		m.each("barriers", may, func(b *mapping) {
			l.pack.Sketch.Barriers = append(l.pack.Sketch.Barriers, area.Barrier{
				ID: b.define("barrier"), Name: b.bilingual("name", must), Path: l.course(b, "path", must), Cite: b.cited(), Ref: b.ref(),
			})
		})
	})
}

func (l *loader) anchor(m *mapping) {
	a := area.Anchor{
		ID: m.define("anchor"), Kind: m.word("kind", must, area.AnchorKinds...), Name: m.bilingual("name", must),
		Weight: m.positive("weight", may), Cite: m.cited(), Ref: m.ref(),
	}
	if a.Weight == 0 {
		a.Weight = 1
	}
	p, at, ok := m.point("point", must)
	if ok {
		l.checkPoint(p, at, reachArea)
	}
	a.Point = p
	l.pack.Sketch.Anchors = append(l.pack.Sketch.Anchors, a)
}

func (l *loader) link(m *mapping) {
	k := area.Link{
		ID: m.define("link"), Class: m.word("class", must, area.LinkClasses...), Number: m.text("number", may), Name: m.bilingual("name", must),
		LimitKmh: m.within("limit_kmh", must, 5, 130), Path: l.course(m, "path", must), Cite: m.cited(), Ref: m.ref(),
	}
	var at place
	if k.Interchanges, _, at = l.points(m, "interchanges", may); k.Interchanges != nil && k.Class != area.LinkClasses[0] {
		l.report(at, "interchange-of-street", "class", k.Class)
	}
	if o := m.sub("opened", may); o != nil {
		d := o.happened()
		k.Opened = &d
		o.done()
	}
	l.pack.Sketch.Links = append(l.pack.Sketch.Links, k)
}
