// Package people lays the residents that a census counts by district over square
// cells, where no finer count is open. The result is a model and says so: its Basis
// is Modelled.
//
// # Rule
//
// Cells are the squares of one grid (package cells) whose centre lies inside a district's outline. Every district is laid out by
// itself:
//
//   - Urban residents: the density at a distance d from an anchor is
//     w / (2π L²) · exp(-d/L), the form of Clark (1951), Urban Population Densities,
//     Journal of the Royal Statistical Society A 114, 490-496, normed so that an anchor
//     draws the same number whatever its L. Anchors are the centres of the cities,
//     those that the region lists, and the stations open on the day of the census;
//     they reach over borders. What exceeds the highest density is laid on the other
//     cells in proportion.
//   - Rural residents: evenly over the cells where urban density stays below a
//     threshold; over all cells where there is none.
//
// Both are rounded to whole people by largest remainders, so that urban and total of a
// district equal its census. A development zone that the census counts apart and that
// has no outline belongs to the district it was cut from.
//
// It refuses to know how many people there are: it never adds or loses one. It
// cannot know where inside a district they live: valleys, lakes and factories are
// populated like anything else.
package people
