package reach

import "conurb/connect/street"

// name is that of the road an edge belongs to.
func (e *Engine) name(street.Edge) string { return "" }

// round tells whether an edge is part of a roundabout.
func (e *Engine) round(street.Edge) bool { return false }
