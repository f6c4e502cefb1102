// Package shapley divides the worth of a whole among those who made it: the
// mathematics of cooperative games. It knows players, sets of them and numbers, and
// nothing of works, indicators, money or cities.
//
// # Method
//
// A [Game] gives every [Set] of players a value, or several at once (one for each
// measure). A [Book] asks for values, each set once, and divides v(all) - v(nobody):
//
//	Exact        the Shapley value from all 2^n sets (Shapley 1953): the mean of what
//	             a player adds over all orders in which the players can come. It is
//	             the only division that adds up, treats equals alike, gives nothing
//	             to those who add nothing and is additive over games.
//	Sample       the same over sampled orders, each with its reverse, which lowers the
//	             variance (Castro, Gómez, Tejada 2009; Štrumbelj, Kononenko 2014;
//	             Mitchell, Cooper, Frank, Holmes 2022). Every order telescopes, so the
//	             parts still add up; each has a standard error.
//	LeaveOneOut  v(all) - v(all but one): does not add up where players overlap
//	AddFirst     v(one) - v(nobody): nor does this one
//
// Sets are asked in the order of a Gray code (Exact) or along each order (Sample), so
// that neighbours differ by one player, which whoever computes values may use.
//
// # Rounding
//
// Exact sums differences by the size of the set with compensation (Neumaier 1974)
// before weighting them; values that are whole numbers are summed without any
// rounding as long as they stay below 2^53. What is lost is told by Residual, and
// [Apportion] spreads what printing rounds away by the largest remainder.
//
// Answers do not depend on the number of cores. Nothing here knows a clock or a
// source of chance but the seed it is given.
//
// # Example
//
//	b, err := shapley.NewBook(shapley.Game{Players: 3, Measures: 1, Value: v}, shapley.Work{})
//	shares, err := b.Exact(ctx)
//	shares.Of[0][0] // what player 0 adds to measure 0
//
// # Papers
//
// Shapley, "A value for n-person games", 1953. Littlechild, Owen, "A simple expression
// for the Shapley value in a special case", Management Science 20, 1973. Castro, Gómez,
// Tejada, "Polynomial calculation of the Shapley value based on sampling", Computers &
// Operations Research 36, 2009. Štrumbelj, Kononenko, "Explaining prediction models and
// individual predictions with feature contributions", KAIS 41, 2014. Mitchell, Cooper,
// Frank, Holmes, "Sampling permutations for Shapley value estimation", JMLR 23, 2022.
package shapley
