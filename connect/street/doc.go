// Package street turns an OpenStreetMap extract into a graph of travel times for
// one way of moving: by car, by bicycle, on foot.
//
// # What it knows
//
// What a tag means. A [Profile] is data, a YAML file that a planner edits and
// [ReadProfile] checks: access keys and values, oneway keys and their exceptions,
// classes with speeds, surfaces, ferries, barriers, delays, turn costs. [Limits]
// holds the legal speeds of countries in the same way. docs/methods/street.md
// names the page of the OpenStreetMap wiki behind every rule.
//
// What it refuses to know: files (it reads a [Source]), conditional tags that
// depend on the hour or the day (counted, never guessed), shortest paths.
//
// # Graph
//
// [Build] asks the source for relations, then ways, then nodes. Ways are cut where
// they meet; each piece is an [Edge] with its shape, and each direction of it a
// [Side]. The graph itself is flat arrays: the arcs that leave node v are
// First[v] to First[v+1].
//
// A place of the map can be several nodes of the graph:
//
//   - A turn restriction gives the side it starts from a node of its own at the
//     junction, from which the forbidden sides do not leave; one along ways gives
//     such a node to every step of the forbidden sequence. Only restricted sides
//     are split off (compare Geisberger and Vetter 2011, §3, who expand all of
//     them), unless the profile has turn costs: then every side at a junction of
//     three arms and more is.
//   - Ground that may be used at the ends of a trip only (private, destination,
//     and what lies behind it) is held twice: once for leaving, once for
//     arriving. Arcs lead from the first to the public network, from there to the
//     second, and never back; so no trip passes through, with no penalty to tune.
//
// # Hills
//
// With an [Elevation], the times of a profile that has a [Slope] follow the ground:
// Tobler's hiking function on foot, Parkin and Rotheram's line by bicycle. Bridges and
// tunnels run straight from end to end.
//
// # Units
//
// Time is [Millis], thousandths of a second; length is metres; positions are
// [Place], ten-millionths of a degree, which is how OpenStreetMap stores them.
//
// # Example
//
//	car, _ := street.Builtin("car")
//	limits, _ := street.BuiltinLimits()
//	source := street.OpenPBF(ctx, file, size, car)
//	graph, report, err := street.Build(ctx, source, street.Options{Profile: car, Limits: limits, Country: "CN"})
//	spot, ok := graph.Snapper().Nearest(112.98, 28.19, 500)
//	for _, leg := range graph.Leave(spot) { … } // where the trip goes on, and when
package street
