// Package cch finds the cheapest ways in a street network: one, from one place to
// all, or from very many places to very many, again within milliseconds after
// weights have changed. It knows nodes, arcs and whole numbers, and nothing of
// streets, tags, turns, speeds or files.
//
// # Method
//
// A customizable contraction hierarchy (Dibbelt, Strasser, Wagner: "Customizable
// Contraction Hierarchies", SEA 2014 and ACM JEA 21, 2016) parts what has to be
// done into three steps, each as seldom as it can be:
//
//	Dissect, NewHierarchy   once for a graph: an order of the nodes and the edges
//	                        that contraction in this order adds
//	Customize, Update       for each set of weights, or each change of it
//	Router, Searcher        for each question
//
// The order is a nested dissection by inertial flow (Schild, Sommer: "On Balanced
// Separators in Road Networks", SEA 2015), with cuts of nodes rather than of arcs
// and with small cells finished by minimum degree. Customization goes through the
// lower triangles once. Update computes anew only what a change can have touched,
// and ends with exactly the numbers of a full customization.
//
// Router climbs the elimination tree from both ends and unpacks the way into arcs
// of the graph. NewSweep lays a metric out for the other questions: perfect
// customization turns every edge into a true distance, which shows which edges
// nobody needs. Sweep.All is then PHAST (Delling, Goldberg, Nowatzyk, Werneck:
// "PHAST: Hardware-Accelerated Shortest Path Trees", IPDPS 2011) and Sweep.Select
// its restriction to targets, RPHAST (Delling, Goldberg, Werneck: "Faster Batched
// Shortest Paths in Road Networks", ATMOS 2011), from which nodes that only pass
// on are also taken out. A sweep serves 64 sources at once in 16 bits or 32 in 32
// bits, one lane each, and the climbs of the sources are one climb over the union
// of their ancestors. Sources should therefore be near to each other; Matrix and
// Fill see to that.
//
// States are swept in descending rank. Ranks are a postorder of the elimination
// tree, so that is the dissection in preorder: what a node reads, its separators
// have written shortly before. PHAST's order by level would read from all over
// the network; it is needed only to split a single sweep over cores, and here
// cores take sweeps of their own.
//
// # Units
//
// A Weight is a whole number of anything; Infinity (2³¹-1) and more is no way,
// and a way of so much is none either. Sweeps in 16 bits answer Infinity16 for
// everything from 65,535 on and are exact below: with deciseconds that is 109
// minutes. Node and Arc are the caller's numbers; ranks stay inside.
//
// # Exactness
//
// Every query gives the distances of Dijkstra's algorithm, also with weights of
// zero, loops, parallel arcs and parts without connection. Of several best ways
// Router gives one, always the same for the same hierarchy and weights. No answer
// depends on the number of cores or on the instructions the machine has.
//
// # Instructions
//
// Built with GOEXPERIMENT=simd for amd64, sweeps run on AVX-512 or AVX2, chosen
// when a searcher is made; otherwise, and everywhere else, on plain Go, which the
// same tests hold to the same answers. Instructions lists what there is;
// Work.Instructions chooses, to compare them.
//
// # Memory
//
// Hierarchy, Metric, Sweep, Selection and Searcher tell their Bytes. A searcher
// takes 128 bytes a state and climbed node; Work.Memory bounds the searchers of a
// matrix, which runs on fewer cores if need be. A Searcher, Router or Dijkstra
// takes no memory for a query once it is warm.
//
// # Example
//
//	order, err := cch.Dissect(ctx, graph, points, cch.Dissection{})
//	hierarchy, err := cch.NewHierarchy(graph, order)
//	metric, err := hierarchy.Customize(ctx, deciseconds, 0)
//
//	router := cch.NewRouter(metric)
//	cost := router.Distance(station, hospital)
//	arcs, err := router.Path(nil)
//
//	sweep, err := cch.NewSweep(ctx, metric, cch.SweepOptions{})
//	cells, err := sweep.Select(cch.AtNodes(cellNodes))
//	err = cch.Matrix(ctx, cells, cch.AtNodes(cellNodes), cch.Work{},
//		func(source int, distances []uint16) error { ... })
package cch
