package stat

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// shared is where the public vectors lie; they are not part of the repository.
func shared(t *testing.T, path string, left int) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "plan", path))
	if err != nil {
		t.Skipf("the public vectors are not on this machine (../shared/data/plan/%s): %d checks left out", path, left)
	}
	return b
}

func near(t *testing.T, name string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d values, want %d", name, len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Errorf("%s [%d]: got %.8f, want %.8f ± %g", name, i, got[i], want[i], tolerance)
		}
	}
}

type vectors struct {
	Oil   []float64 `json:"oil_1996_2007"`
	Air   []float64 `json:"ausair_1990_2004"`
	Aust  []float64 `json:"austourists_2005Q1_2010Q4"`
	SES   []struct{ Forecast float64 }
	Holt  []struct{ H5 []float64 }
	Winds []struct{ H4 []float64 } `json:"holt_winters_m4"`
}

// The vectors of Hyndman & Athanasopoulos as statsmodels prints them. Where the
// parameters are given, every printed digit must agree. Where they are
// optimised, the tolerance is the one of the printing test itself, since the
// optimum is flat and each optimiser stops somewhere on it.
func TestForecastingVectors(t *testing.T) {
	var v vectors
	if err := json.Unmarshal(shared(t, "forecast/fpp_holtwinters_vectors.json", 8), &v); err != nil {
		t.Fatal(err)
	}
	at := func(x float64) *float64 { return &x }
	given := func(m Smoothing, y []float64, p Params, h int) []float64 {
		start, ok := m.Start(y)
		if !ok {
			t.Fatal("no start")
		}
		return m.Run(y, p, start).Forecast(h)
	}
	estimated := func(m Smoothing, y []float64, f Fixed, h int) []float64 {
		run, ok := m.Estimate(y, f)
		if !ok {
			t.Fatal("no estimate")
		}
		return run.Forecast(h)
	}
	near(t, "SES α 0.2", given(Smoothing{}, v.Oil, Params{Alpha: 0.2}, 1), []float64{v.SES[0].Forecast}, 0.5e-6)
	near(t, "SES α 0.6", given(Smoothing{}, v.Oil, Params{Alpha: 0.6}, 1), []float64{v.SES[1].Forecast}, 0.5e-6)
	near(t, "SES optimised", estimated(Smoothing{}, v.Oil, Fixed{}, 1), []float64{v.SES[2].Forecast}, 1.5e-4)
	near(t, "Holt linear", given(Smoothing{Trend: Additive}, v.Air, Params{Alpha: 0.8, Beta: 0.2}, 5), v.Holt[0].H5, 0.5e-2)
	near(t, "Holt exponential", given(Smoothing{Trend: Multiplicative}, v.Air, Params{Alpha: 0.8, Beta: 0.2}, 5), v.Holt[1].H5, 0.5e-2)
	near(t, "Holt damped", estimated(Smoothing{Trend: Additive, Damped: true}, v.Air, Fixed{Alpha: at(0.8), Beta: at(0.2)}, 5), v.Holt[2].H5, 1.5e-2)
	near(t, "Holt-Winters multiplicative", estimated(Smoothing{Trend: Additive, Season: Multiplicative, Period: 4}, v.Aust, Fixed{}, 4), v.Winds[0].H4, 1.5e-3)
}

// The eighth vector, additive Holt-Winters, is printed in a test of statsmodels
// that is marked as failing ("optimizer does not converge"). It is not an
// optimum: ours leaves less unexplained than any state that forecasts the
// printed figures, which by descent on the two aims together costs over 80.
func TestAdditiveHoltWintersIsTheBetterOptimum(t *testing.T) {
	var v vectors
	if err := json.Unmarshal(shared(t, "forecast/fpp_holtwinters_vectors.json", 1), &v); err != nil {
		t.Fatal(err)
	}
	run, ok := Smoothing{Trend: Additive, Season: Additive, Period: 4}.Estimate(v.Aust, Fixed{})
	if !ok || run.SSE > 51.8923 {
		t.Errorf("sum of squared errors %.4f, want at most 51.8923", run.SSE)
	}
	printed := v.Winds[1].H4
	for i, f := range run.Forecast(4) {
		if math.Abs(f-printed[i]) > 2.5 {
			t.Errorf("quarter %d: %.2f is far from the printed %.2f", i+1, f, printed[i])
		}
	}
}

func column(t *testing.T, file string, left int) []float64 {
	t.Helper()
	b := shared(t, "trend/Examples/"+file, left)
	rows, err := csv.NewReader(bytesReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, r := range rows[1:] {
		v, err := strconv.ParseFloat(r[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// The series of the pyMannKendall examples against the definition, pair by pair.
func TestTrendSeriesAgainstTheDefinition(t *testing.T) {
	for file, want := range map[string]Trend{
		"AirPassengers.csv": Increasing, "daily-total-female-births.csv": Increasing, "shampoo.csv": Increasing,
	} {
		v := column(t, file, 3)
		got := MannKendall(v, 0.05)
		if slow := slowMannKendall(v); got.S != slow.S || got.Var != slow.Var || got.Tau != slow.Tau {
			t.Errorf("%s: got %+v, the definition gives %+v", file, got, slow)
		}
		if got.Trend != want {
			t.Errorf("%s: %s, want %s", file, got.Trend, want)
		}
	}
	// slope and intercept that the package prints in its examples notebook
	line, _ := Sen(counted(column(t, "daily-total-female-births.csv", 1)), 0.95)
	if line.Slope != 0.019230769230769232 || line.Intercept != 38.5 {
		t.Errorf("births: slope %v intercept %v, printed 0.019230769230769232 and 38.5", line.Slope, line.Intercept)
	}
}
