// Package reach answers who gets where in what time: the times between many
// places, how many people or beds or jobs lie within so many minutes, the shape of
// that ground on a map, and the way between two points.
//
// It knows one mode of a network at a time (an [Engine]) and points joined to it
// ([Joined]). It refuses to know files, words for people (a turn is a code), and
// how shortest paths are found (kit/cch) or what a tag means (connect/street).
//
// # Method
//
// A point is joined to the nearest edge of the network; the leg between the two is
// charged at the profile's own speed. Times between places are those of kit/cch
// over the seeds of both ends, except where both lie on one edge and the direct way
// along it is shorter, and from a point to itself, which takes none.
//
// Isochrones are the times of all nodes, carried along every edge and from there,
// at the same speed as the joining leg, over the ground beside it, onto a grid; the
// grid is contoured by marching squares (Lorensen and Cline 1987, in the plane), so
// that shapes have holes and islands and are never convex hulls. They are for the
// eye. How many people live within is counted from the cells themselves.
//
// By public transport ([Transit]) walks from and to stops are tables, found by plain
// searches; what lies between is connect/transit. The same walks serve other timetables
// (With), other ends (From, Towards), and time running backwards (Inbound). Isochrones
// take the percentile of the soonest way at each node of the streets, departure by
// departure. Journeys are told leg by leg for a [Pair].
//
// # Units
//
// Times are [Decis], tenths of a second, rounded once for each leg and each arc.
// Positions are WGS-84 degrees, longitude first.
//
// # Example
//
//	e := reach.New(net.Mode("car"))
//	cells := e.Join(points, 0)
//	at := e.Join([]geo.Point{{112.98, 28.19}}, 0)
//	sums, err := e.Count(ctx, at, cells, reach.Question{Limits: []reach.Decis{18000}, Columns: columns}, …)
package reach
