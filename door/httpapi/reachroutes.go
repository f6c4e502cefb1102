package httpapi

import "net/http"

// reachRoutes are the questions about street networks. A matrix is asked for by
// POST because its points are many; it writes nothing and needs no token.
func (s *server) reachRoutes(v1 string) {
	get := func(path, id, summary, produces string) operation {
		return operation{method: http.MethodGet, path: path, id: id, tag: "reach", summary: summary, produces: produces}
	}
	one := v1 + "/networks/{network}"
	matrix := operation{method: http.MethodPost, path: one + "/matrix", id: "getMatrix", tag: "reach", open: true,
		summary: "The times between two lists of points; needs no token"}

	register(s, get(v1+"/networks", "listNetworks", "The street networks of the node, the region's own first", ""), s.networks)
	register(s, get(v1+"/places", "findPlaces", "Find city centres and stations with their points", ""), s.places)
	register(s, get(one+"/isochrones", "getIsochrones", "The ground within some times of a place, and what lies on it", ""), s.isochrones)
	register(s, get(one+"/isochrones.geojson", "exportIsochrones", "The same as a GeoJSON file", geoJSONType), s.isochroneFile)
	register(s, get(one+"/route", "getRoute", "The fastest way between two points, with what to do at each turn", ""), s.way)
	register(s, get(one+"/counts.csv", "exportCounts", "What a place, or every cell, reaches within some times", csvType), s.counts)
	register(s, matrix, s.matrix)
	circles := v1 + "/circles"
	register(s, get(circles, "getCircleFrame", "What can be asked about the circles of the region, by what rule", ""), s.circleFrame)
	register(s, get(circles+"/result", "getCircles", "The half-hour and the one-hour circle in a state of the area", ""), s.circleResult)
	register(s, get(circles+"/cells", "getCircleCells", "The same by cell", ""), s.circleCells)
	register(s, get(circles+"/export", "exportCircleCells", "The same by cell as a file", "application/octet-stream"), s.circleFile)
	register(s, get(circles+"/comparison", "compareCircles", "Who gains and who loses from a state to another", ""), s.circleComparison)
	register(s, get(circles+"/contributions", "getContributions", "What each work adds: begins to compute it, and tells how far it is", ""), s.circleContributions)
	cancel := operation{method: http.MethodPost, path: circles + "/contributions/{job}/cancel", id: "cancelContributions", tag: "reach", open: true,
		status: http.StatusNoContent, summary: "Give up computing contributions; needs no token"}
	register(s, cancel, s.cancelContributions)
	tile := get("/tiles/streets/{network}/{z}/{x}/{y}", "getStreetTile", "A vector tile of the streets of a network and the people on it", tileType)
	tile.tag = "map"
	register(s, tile, s.streetTile)
}
