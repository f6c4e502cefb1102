package network_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conurb/area"
	"conurb/connect/network"
	"conurb/connect/street"
	"conurb/internal/streettest"
	"conurb/kit/flat"
)

func rules(t testing.TB, ids ...string) []network.Rules {
	t.Helper()
	var out []network.Rules
	for _, id := range ids {
		p, err := street.Builtin(id)
		if err != nil {
			t.Fatal(err)
		}
		text, err := street.BuiltinFile(id)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, network.Rules{Profile: p, Text: string(text)})
	}
	return out
}

func town(t testing.TB) street.Source {
	return streettest.Draw(t, `
		A--B--C
		|  |  |
		D--E--F
	`, "ABC highway=residential", "DEF highway=primary maxspeed=50 oneway=yes", "AD highway=residential", "BE highway=service access=private", "CF highway=residential",
		"turn ABC CF restriction=no_right_turn via=C")
}

func written(t testing.TB, n *network.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := n.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestANetworkIsReadAsItWasWritten(t *testing.T) {
	var steps []string
	want, err := network.Build(t.Context(), town(t), rules(t, "car", "walk"), network.Plan{
		Name: area.Text{Zh: "小镇", En: "Town"}, Basis: area.Basis{Modelled: true, Text: area.Text{Zh: "手绘", En: "drawn"}}, Built: "2026-11-26T09:00:00Z",
		Progress: func(mode string, s network.Step) { steps = append(steps, mode+" "+string(s)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) != 8 || steps[0] != "car streets" || steps[7] != "walk customize" {
		t.Errorf("steps %v", steps)
	}
	got, err := network.Open(written(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.Info, got.Info); d != "" {
		t.Error(d)
	}
	for i, m := range want.Modes {
		if d := cmp.Diff(m.Graph, got.Modes[i].Graph); d != "" {
			t.Errorf("%s: %s", m.ID, d)
		}
		if d := cmp.Diff(m.Hierarchy.Parts, got.Modes[i].Hierarchy.Parts); d != "" {
			t.Errorf("%s: %s", m.ID, d)
		}
		if d := cmp.Diff(m.Report, got.Modes[i].Report); d != "" {
			t.Errorf("%s: %s", m.ID, d)
		}
		if !slices.Equal(m.Metric.Sides(), got.Modes[i].Metric.Sides()) || m.Rules != got.Modes[i].Rules {
			t.Errorf("%s: metric or rules differ", m.ID)
		}
	}
}

func TestWhatIsNoNetworkOfThisVersionIsRefused(t *testing.T) {
	n, err := network.Build(t.Context(), town(t), rules(t, "walk"), network.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	b := written(t, n)
	if _, err := network.Open([]byte("PK\x03\x04")); !errors.Is(err, network.ErrNotNetwork) {
		t.Errorf("a zip: %v", err)
	}
	other := slices.Clone(b)
	var w bytes.Buffer
	if _, err := flat.NewWriter("cnet", network.Version+1).WriteTo(&w); err != nil {
		t.Fatal(err)
	}
	var version *flat.VersionError
	if _, err := network.Open(w.Bytes()); !errors.As(err, &version) || version.Got != network.Version+1 {
		t.Errorf("another version: %v", err)
	}
	other[len(other)/2] ^= 1
	var damage *flat.DamageError
	if _, err := network.Open(other); !errors.As(err, &damage) || damage.Part == "" {
		t.Errorf("a damaged file: %v", err)
	}
	if _, err := network.Open(b[:len(b)-9]); !errors.As(err, &damage) {
		t.Errorf("a file cut short: %v", err)
	}
}

func TestAProfileWithoutStreetsAndOneTwice(t *testing.T) {
	stairs := streettest.Draw(t, `A--B`, "AB highway=steps")
	if _, err := network.Build(t.Context(), stairs, rules(t, "walk", "car"), network.Plan{}); !errors.Is(err, street.ErrNoStreets) {
		t.Errorf("no streets: %v", err)
	}
	if _, err := network.Build(t.Context(), town(t), rules(t, "walk", "walk"), network.Plan{}); err == nil {
		t.Error("a profile twice: built")
	}
}

// BenchmarkOpen opens Porto by car, which a planner should not notice.
func BenchmarkOpen(b *testing.B) {
	file := filepath.Join("..", "..", "..", "shared", "data", "networks", "porto", "porto_portugal.osm.pbf")
	f, err := os.Open(file)
	if err != nil {
		b.Skip("measured data are absent")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	r := rules(b, "car")
	n, err := network.Build(context.Background(), street.OpenPBF(context.Background(), f, info.Size(), r[0].Profile), r, network.Plan{})
	if err != nil {
		b.Fatal(err)
	}
	data := written(b, n)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := network.Open(data); err != nil {
			b.Fatal(err)
		}
	}
}
