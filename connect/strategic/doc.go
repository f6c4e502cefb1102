// Package strategic lays a street network by rule where no open street file of a
// region is at hand: the roads a region pack draws, and local streets between the
// squares that people live in. It hands the result over as a [street.Source], so that
// profiles, hierarchy and answers are those of any OpenStreetMap extract. It is a
// model, and the Report says so.
//
// # Rule
//
//   - Drawn roads: sections of the network that have a path and are open on the day,
//     and the links of the pack's sketch. Roads of one kind are joined where they
//     cross, and where one ends near another; expressways are one kind, all others the
//     other. Everywhere else an expressway is left and entered at interchanges only: at
//     its ends, at points the pack states, or else spaced evenly by a stated distance.
//   - Local streets join each square with its four neighbours. Trips on such a net are
//     |dx|+|dy| long, 4/π = 1.27 times the straight line on average over directions:
//     that is the detour factor, in time and in length alike. Their speed limit falls
//     with density.
//   - Connectors join other roads with the nearest square every so often, interchanges
//     with the nearest square and road, and stations with the nearest square; they turn
//     one right angle, for the same detour.
//   - A barrier (a river) is crossed by drawn roads only. Squares that would be cut off
//     from the rest without an expressway get one street to the nearest square beyond,
//     and are counted.
//
// It refuses to know where a real street runs, how many lanes it has and how it is
// signed; turns are free. Lengths come from coarse drawings: courses are shorter than
// the roads by the bends that the drawing leaves out.
//
// # Units
//
// Metres on the plane of a transverse Mercator projection about the middle of the
// squares; speeds are limits in km/h, of which a profile drives its share.
package strategic
