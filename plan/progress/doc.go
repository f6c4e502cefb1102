// Package progress judges a series against a target by methods that others have
// published, side by side, and by a trajectory that was registered in advance.
// It has no opinion of its own on which is right: it gives each method's figure,
// its word, and every number that entered, so that a reader can redo it by hand.
//
//	Canada            ratio of growth rates, score -5 to 5   Statistics Canada / Open SDG, after UNSD
//	Eurostat          ratio of growth rates                  EU SDG monitoring report, annex on method
//	EscapCurrent      share of the way travelled, 0 to 10    Bidarbakht Nia 2017, ESCAP SD/WP/05
//	EscapAnticipated  gap expected at the due date           the same, with the regression of SD/WP/04
//	Oecd              distance in standard deviations, trend The Short and Winding Road to 2030 (2022)
//	Trajectory        actual against what was registered     ours
//
// All runs them in this order; Differ says why their words are not the same.
// docs/methods/en/progress.md has the formulae, a worked example, and what each
// method misreads: a rail line opens on one day, and a compound growth rate
// takes that for a leap before and a standstill after.
//
// Times are years on a continuous axis (stat.Point). Nothing is rounded. A
// method that cannot speak says "not-applicable" and why; it never guesses.
// Texts are not here: locale/*/progress.json has one for every status
// (progress.status.<method>.<status>), reason (progress.why.<code>), method and
// input. Package opensdg below reads the files that the Canadian method was
// published with.
package progress
