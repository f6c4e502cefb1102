package catalogue_test

import (
	"os"
	"testing"

	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
	"conurb/region"
)

func region_(t *testing.T) (*pack.Pack, catalogue.Refs) {
	t.Helper()
	p, problems := pack.Load(region.CZT())
	for _, x := range problems {
		t.Errorf("%s %v", x, x.Args)
	}
	if p == nil {
		t.FailNow()
	}
	types, err := licence.ReadRegister(licence.RegisterFile, p.Files[licence.RegisterFile])
	if err != nil {
		t.Fatal(err)
	}
	refs := catalogue.Refs{Types: types, Sources: func(id string) bool { return p.Source(id) != nil }}
	for _, c := range p.Area.Cities {
		refs.Cities = append(refs.Cities, c.ID)
	}
	return p, refs
}

func TestCZT(t *testing.T) {
	p, refs := region_(t)
	c, err := catalogue.Load(p.Files, refs)
	if problems, ok := err.(catalogue.Problems); ok {
		for _, x := range problems {
			t.Errorf("%s", x)
		}
		t.FailNow()
	} else if err != nil {
		t.Fatal(err)
	}
	t.Log(len(c.Items), len(c.Forms), len(c.Bundles))
	_ = os.Args
}
