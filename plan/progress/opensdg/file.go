package opensdg

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"go.yaml.in/yaml/v3"
)

// The keys of an entry beside its tags.
const (
	statusKey = "progress_status"
	scoreKey  = "score"
)

func (e Entry) flat() map[string]any {
	out := map[string]any{statusKey: e.Status, scoreKey: e.Score}
	for tag, c := range e.Series {
		out[tag] = c
	}
	return out
}

// MarshalJSON writes the entry as the published file has it: tags, status and
// score side by side, keys in order.
func (e Entry) MarshalJSON() ([]byte, error) { return json.Marshal(e.flat()) }

// MarshalYAML does the same for YAML.
func (e Entry) MarshalYAML() (any, error) { return e.flat(), nil }

// Parse reads a published indicator_calculation_components.yml; JSON is YAML.
func Parse(b []byte) (Components, error) {
	var file map[string]map[string]yaml.Node
	if err := yaml.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("read components: %w", err)
	}
	out := make(Components, len(file))
	for id, keys := range file {
		e := Entry{Series: map[string]Component{}}
		for key, node := range keys {
			var err error
			switch key {
			case statusKey:
				err = node.Decode(&e.Status)
			case scoreKey:
				err = node.Decode(&e.Score)
			default:
				var c Component
				err = node.Decode(&c)
				e.Series[key] = c
			}
			if err != nil {
				return nil, fmt.Errorf("read components: %s: %s: %w", id, key, err)
			}
		}
		out[id] = e
	}
	return out, nil
}

// Difference is one place where two sets of components do not agree.
type Difference struct {
	Path string `json:"path"` // "3-9-1 / Mumps / ... · score"
	Got  string `json:"got"`
	Want string `json:"want"`
}

// Compare names every difference of got from want, in order. Numbers agree when
// they differ by no more than tolerance, relative to want where it exceeds 1.
func Compare(got, want Components, tolerance float64) []Difference {
	c := comparison{tolerance: tolerance}
	for _, id := range slices.Sorted(maps.Keys(union(got, want))) {
		g, inGot := got[id]
		w, inWant := want[id]
		if inGot != inWant {
			c.differ(id, present(inGot), present(inWant))
			continue
		}
		c.word(id+" · "+statusKey, g.Status, w.Status)
		c.number(id+" · "+scoreKey, g.Score, w.Score)
		for _, tag := range slices.Sorted(maps.Keys(union(g.Series, w.Series))) {
			gs, inGot := g.Series[tag]
			ws, inWant := w.Series[tag]
			if inGot != inWant {
				c.differ(tag, present(inGot), present(inWant))
				continue
			}
			c.series(tag, gs, ws)
		}
	}
	return c.found
}

type comparison struct {
	tolerance float64
	found     []Difference
}

func (c *comparison) series(tag string, g, w Component) {
	for _, n := range []struct {
		key       string
		got, want *float64
	}{
		{"base_value", g.BaseValue, w.BaseValue}, {"base_year", g.BaseYear, w.BaseYear},
		{"current_value", g.CurrentValue, w.CurrentValue}, {"current_year", g.CurrentYear, w.CurrentYear},
		{"direction", float(&g.Direction), float(&w.Direction)}, {"limit", g.Limit, w.Limit},
		{"progress_value", g.ProgressValue, w.ProgressValue}, {"score", g.Score, w.Score},
		{"sign", float(g.Sign), float(w.Sign)}, {"target", g.Target, w.Target}, {"target_year", g.TargetYear, w.TargetYear},
	} {
		c.number(tag+" · "+n.key, n.got, n.want)
	}
	c.word(tag+" · status", g.Status, w.Status)
}

func (c *comparison) number(path string, got, want *float64) {
	if (got == nil) != (want == nil) || got != nil && math.Abs(*got-*want) > c.tolerance*max(1, math.Abs(*want)) {
		c.differ(path, written(got), written(want))
	}
}

func (c *comparison) word(path, got, want string) {
	if got != want {
		c.differ(path, got, want)
	}
}

func (c *comparison) differ(path, got, want string) {
	c.found = append(c.found, Difference{path, got, want})
}

func union[V any](a, b map[string]V) map[string]bool {
	out := make(map[string]bool, len(a))
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

func present(is bool) string {
	if is {
		return "present"
	}
	return "absent"
}

func written(v *float64) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprintf("%.17g", *v)
}

func float(v *int) *float64 {
	if v == nil {
		return nil
	}
	f := float64(*v)
	return &f
}
