package deputy

import (
	"context"

	"conurb/door/httpapi"
	"conurb/livelihood/casework"
)

// Door is the desk as the API asks it.
type Door struct{ *Desk }

var _ httpapi.Deputy = Door{}

// CasePaper is part of httpapi.Deputy.
func (d Door) CasePaper(ctx context.Context, k *casework.Case) ([]byte, error) {
	return d.Paper(ctx, k)
}
