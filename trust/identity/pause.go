package identity

import "time"

// Tries are the wrong passwords of an account or from an address; the zero value is none.
type Tries struct {
	Count int
	Last  time.Time
}

// Rule is how many wrong ones cost nothing, and how the pauses grow: they double from First
// and stay at Longest. After Forget without a wrong one all are forgotten. There is no count
// after which an account is shut.
type Rule struct {
	Free                   int
	First, Longest, Forget time.Duration
}

// The rules: an address may be that of a whole office, so that it has more.
var (
	PerAccount = Rule{Free: 5, First: 15 * time.Second, Longest: 15 * time.Minute, Forget: 24 * time.Hour}
	PerAddress = Rule{Free: 30, First: 5 * time.Second, Longest: 5 * time.Minute, Forget: time.Hour}
)

// Wait is how long it is until the next try is looked at; 0 is now.
func (r Rule) Wait(t Tries, now time.Time) time.Duration {
	if t.Count < r.Free || now.Sub(t.Last) >= r.Forget {
		return 0
	}
	pause := r.First
	for i := r.Free; i < t.Count && pause < r.Longest; i++ {
		pause *= 2
	}
	return max(0, min(pause, r.Longest)-now.Sub(t.Last))
}

// After counts one more.
func (r Rule) After(t Tries, now time.Time) Tries {
	if now.Sub(t.Last) >= r.Forget {
		t.Count = 0
	}
	return Tries{t.Count + 1, now}
}
