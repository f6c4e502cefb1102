package app

import (
	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
)

// CatalogueRefs is what the service items of a pack may speak of beside themselves.
func CatalogueRefs(p *pack.Pack, types *licence.Register, courses []string) catalogue.Refs {
	refs := catalogue.Refs{Types: types, Courses: courses, Sources: func(id string) bool { return p.Source(id) != nil }}
	for _, c := range p.Area.Cities {
		refs.Cities = append(refs.Cities, c.ID)
	}
	return refs
}
