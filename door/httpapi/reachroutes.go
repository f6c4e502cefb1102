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
	tile := get("/tiles/streets/{network}/{z}/{x}/{y}", "getStreetTile", "A vector tile of the streets of a network and the people on it", tileType)
	tile.tag = "map"
	register(s, tile, s.streetTile)
}
