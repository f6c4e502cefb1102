package reach_test

import (
	"fmt"
	"slices"
	"testing"

	"conurb/connect/reach"
	"conurb/internal/streettest"
	"conurb/kit/geo"
)

func told(t *testing.T, e *reach.Engine, from, to geo.Point) (out []string) {
	t.Helper()
	r, err := e.Route(from, to)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, e, r)
	for _, s := range r.Steps {
		text := string(s.Turn)
		if s.Turn == reach.Roundabout {
			text += fmt.Sprint(" ", s.Exit)
		}
		if s.Name != "" {
			text += " " + s.Name
		}
		if s.Ref != "" && s.Ref != s.Name {
			text += " (" + s.Ref + ")"
		}
		out = append(out, text)
	}
	return out
}

func TestStepsOfARoute(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		A--B--C--D--E
		   |  |
		   F  G
	`, "ABC highway=residential name=Long ref=S1", "CDE highway=residential name=New", "BF highway=residential name=Cross", "CG highway=residential"), "car")
	for _, c := range []struct {
		from, to geo.Point
		want     []string
	}{
		{at(1, 0), at(3, 1), []string{"depart Long (S1)", "right Cross", "arrive"}},
		{at(1, 0), at(11, 0), []string{"depart Long (S1)", "straight New", "arrive"}},
		{at(3, 1), at(1, 0), []string{"depart Cross", "left Long (S1)", "arrive"}},
		{at(6, 1), at(8, 0), []string{"depart", "right New", "arrive"}},
		{at(1, 0), at(2, 0), []string{"depart Long (S1)", "arrive"}},
		{at(10, 0), at(11, 0), []string{"depart New", "arrive"}},
	} {
		if got := told(t, e, c.from, c.to); !slices.Equal(got, c.want) {
			t.Errorf("from %v to %v: got %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestRoundaboutsTellTheExit(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		      N
		      |
		   b--a--d
		   |     |
		W--c     e--E
		   |     |
		   f--g--h
		      |
		      S
	`, "abcfghed highway=tertiary junction=roundabout", "da highway=tertiary junction=roundabout",
		"Na highway=tertiary name=North", "Wc highway=tertiary name=West", "gS highway=tertiary name=South", "eE highway=tertiary name=East"), "car")
	for _, c := range []struct {
		name string
		from geo.Point
		to   geo.Point
		want string
	}{
		{"the first exit", at(6, 0.5), at(1, 4), "roundabout 1 West"},
		{"the second exit", at(6, 0.5), at(6, 7.5), "roundabout 2 South"},
		{"the third exit", at(6, 0.5), at(11, 4), "roundabout 3 East"},
	} {
		if got, want := told(t, e, c.from, c.to), []string{"depart North", c.want, "arrive"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
}

func TestBoatsAreBoarded(t *testing.T) {
	e := engine(t, streettest.Draw(t, `
		A--B     C--D
	`, "AB highway=residential name=Quay", "BC route=ferry name=Line~1 foot=yes duration=00:10", "CD highway=residential name=Bank"), "walk")
	if got, want := told(t, e, at(1, 0), at(11, 0)), []string{"depart Quay", "board Line 1", "straight Bank", "arrive"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
