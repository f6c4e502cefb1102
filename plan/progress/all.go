package progress

import "strings"

// All runs every method in the order of Methods. path is the registered
// trajectory, nil where there is none.
func All(in Input, path []Point) []Result {
	return []Result{Canada(in), Eurostat(in), EscapCurrent(in), EscapAnticipated(in), Oecd(in), Trajectory(in, path)}
}

// Difference says why methods do not use the same word for the same series: a
// code, whose text is progress.differ.<code>, and the methods on either side as
// comma-separated codes in the arguments "good" and "short".
type Difference struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Named returns the arguments with the names of the methods in place of their
// codes, joined as the reader's language joins a list.
func (d Difference) Named(name func(method string) string, joint string) map[string]string {
	out := make(map[string]string, len(d.Args))
	for k, v := range d.Args {
		codes := strings.Split(v, ",")
		for i, c := range codes {
			codes[i] = name(c)
		}
		out[k] = strings.Join(codes, joint)
	}
	return out
}

// Differences lists the codes that Differ returns.
var Differences = []string{
	"none", "agree", "step-path", "falls-back", "base", "trend-not-proven", "all-values", "share-or-rate", "thresholds", "questions",
}

// Differ explains a set of results by the strongest reason that their inputs
// show. A method is on the good side when its word means that the target is
// reached or will be at this rate.
//
//	none              fewer than two methods apply
//	agree             all are on the same side
//	step-path         the registered path moves in steps: rates misread it
//	falls-back        the target is reached now, but its trend leads back
//	base              two growth rates start in different years
//	trend-not-proven  a movement, but no significant trend (OECD)
//	all-values        a regression over all values against two end points
//	share-or-rate     the share of a straight way against compound growth
//	thresholds        the same figure, other thresholds
//	questions         none of these: they ask different things
func Differ(results []Result) Difference {
	var good, short []string
	by := map[string]*Result{}
	for i := range results {
		r := &results[i]
		switch {
		case r.Status == NotApplicable:
		case onGoodSide(r):
			good, by[r.Method] = append(good, r.Method), r
		default:
			short, by[r.Method] = append(short, r.Method), r
		}
	}
	if len(good)+len(short) < 2 {
		return Difference{Code: "none"}
	}
	if len(good) == 0 || len(short) == 0 {
		return Difference{Code: "agree"}
	}
	return Difference{reason(by), map[string]string{"good": strings.Join(good, ","), "short": strings.Join(short, ",")}}
}

func onGoodSide(r *Result) bool {
	switch r.Status {
	case "target-achieved", "substantial-progress", "significant-progress", "reached", "on-pace", "maintain", "met", "on-track", "ahead", "on-path":
		return true
	}
	return false
}

func reason(by map[string]*Result) string {
	apart := func(a, b string) bool {
		ra, rb := by[a], by[b]
		return ra != nil && rb != nil && onGoodSide(ra) != onGoodSide(rb)
	}
	if t := by["trajectory"]; t != nil && t.Inputs["steps"] > 0 {
		for _, m := range Methods[:5] {
			if apart("trajectory", m) {
				return "step-path"
			}
		}
	}
	if c, a := by["escap-current"], by["escap-anticipated"]; c != nil && c.Status == "reached" && a != nil && a.Status != "maintain" {
		return "falls-back"
	}
	if c, e := by["canada"], by["eurostat"]; apart("canada", "eurostat") {
		if c.Inputs["base-time"] != e.Inputs["base-time"] {
			return "base"
		}
		return "thresholds"
	}
	if o := by["oecd"]; o != nil && o.Status == "no-progress" && o.Inputs["p"] >= oecdSignificance {
		return "trend-not-proven"
	}
	for _, m := range []string{"canada", "eurostat", "escap-current"} {
		if apart("escap-anticipated", m) {
			return "all-values"
		}
	}
	if apart("escap-current", "canada") || apart("escap-current", "eurostat") {
		return "share-or-rate"
	}
	return "questions"
}
