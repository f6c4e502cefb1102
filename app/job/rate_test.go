package job

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTimeLeftFollowsTheLastSteps(t *testing.T) {
	at := time.Unix(0, 0)
	for name, c := range map[string]struct {
		done  []int64 // of 100, a second apart
		total int64
		want  int64
	}{
		"nothing yet":             {[]int64{0}, 100, -1},
		"no step in a second":     {[]int64{5, 5}, 100, -1},
		"no total":                {[]int64{1, 2}, 0, -1},
		"ten a second":            {[]int64{0, 10, 20}, 100, 8},
		"rounded up":              {[]int64{0, 3}, 10, 3},
		"half came from the memo": {append([]int64{0, 50}, count(51, 30)...), 100, 20},
		"a new phase":             {[]int64{0, 90, 0, 10}, 100, 9},
		"done":                    {[]int64{0, 100}, 100, 0},
		"more than all":           {[]int64{0, 101}, 100, -1},
	} {
		var r rate
		var got int64
		for i, done := range c.done {
			got = r.left(at.Add(time.Duration(i)*time.Second), done, c.total)
		}
		if got != c.want {
			t.Errorf("%s: %d s left, want %d", name, got, c.want)
		}
	}
}

func count(from int64, n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = from + int64(i)
	}
	return out
}

// A job of even steps is foretold exactly, whatever its pace.
func TestEvenStepsAreForetold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace, beats := rapid.Int64Range(1, 50).Draw(t, "pace"), rapid.Int64Range(1, 60).Draw(t, "beats")
		total := pace * (beats + rapid.Int64Range(0, 1000).Draw(t, "rest"))
		var r rate
		var got int64
		for i := range beats + 1 {
			got = r.left(time.Unix(i, 0), i*pace, total)
		}
		if want := (total - beats*pace) / pace; got != want {
			t.Fatalf("%d s left, want %d", got, want)
		}
	})
}
