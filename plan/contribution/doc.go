// Package contribution tells what each work of a plan adds to an indicator that does
// not simply add up, such as how many people live within an hour of a centre: two lines
// to one town overlap, a feeder and its trunk need each other. It also tells in which
// order works that are still to come are best built under a budget.
//
// It knows works, what they cost, and a [Valuer] that says what the indicators are with
// any set of them in service. It refuses to know how that is found. Indicators that do
// add up, kilometres in service, are divided by package measure.
//
// # Dividing
//
// Shapley, leave-one-out and add-first are those of kit/shapley. With Shapley the parts
// and the residual, which is no more than what floats lose, add up to the whole change.
// With the two others the residual is what works do together (above nought) or twice
// over (below, for add-first; above, for leave-one-out).
//
// # Ordering
//
// A choice under a budget is a set of works that costs no more. The best one adds most;
// of equals it costs least, then it has the fewest works. Its best order is the one
// whose gain is there soonest for the money: the sum, over the works in order, of cost
// times what those before it add, is greatest. Both are found exactly, by going through
// all sets, as long as there are few enough of them (decision of the caller). Beyond, the
// order is greedy by gain per yuan, beginning with nothing and beginning with the best
// single work, whichever ends better (Khuller, Moss, Naor 1999).
//
// What a greedy choice is worth is told by bounds of this very case, never by a factor:
//
//   - Bound: no work takes anything away, so nothing adds more than all works together
//     that fit the budget one by one. Falls counts the pairs of sets seen where that
//     does not hold; with one of them Bound is no bound.
//   - Relaxed: if works never help each other (the gain is submodular), nothing adds more
//     than what is there after some steps plus the best way to spend the whole budget on
//     what each further work would add now, fractions permitted (Leskovec et al. 2007,
//     after Nemhauser, Wolsey, Fisher 1978). Helps counts the pairs of works seen that do
//     help each other, of Looked; with one of them Relaxed is no bound.
//
// Works whose cost nobody states take no part in the order and are listed apart.
//
// # Units
//
// Money is whole fen. Gain per 亿元 is per 10^8 yuan.
//
// # Papers
//
// Khuller, Moss, Naor, "The budgeted maximum coverage problem", Information Processing
// Letters 70, 1999. Leskovec, Krause, Guestrin, Faloutsos, VanBriesen, Glance,
// "Cost-effective outbreak detection in networks", KDD 2007. Nemhauser, Wolsey, Fisher,
// "An analysis of approximations for maximizing submodular set functions", Mathematical
// Programming 14, 1978.
package contribution
