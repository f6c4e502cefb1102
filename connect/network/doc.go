// Package network keeps a street network ready to be asked: for each way of moving
// the graph of its streets, a contraction hierarchy, and travel times in free flow,
// in one file (*.cnet) that opens in place.
//
// It knows how such a file is laid out and checked, and which steps lead to it. It
// refuses to know what a tag means (street), how shortest paths are found (kit/cch),
// what people ask (reach), and the operating system: it takes bytes and gives bytes.
//
// # File
//
// The container is kit/flat of kind "cnet". "info" is JSON: names, what the network
// rests on (area.Basis: modelled or not, source, digest), the country whose legal
// speeds hold, bounds, and for each mode the profile's own text and the report of
// its building. The arrays of a mode lie under "car/", "walk/" and so on. A change
// in what arrays mean is a new Version; older files are refused, never guessed at.
//
// # Units
//
// As in street: thousandths of a second, metres, ten-millionths of a degree. Weights
// of the hierarchy are deciseconds, as 16-bit sweeps want them.
//
// # Example
//
//	net, err := network.Build(ctx, source, profiles, network.Plan{Name: name, Country: "PT"})
//	_, err = net.WriteTo(file)
//	net, err = network.Open(bytes)
//	car := net.Mode("car")
package network
