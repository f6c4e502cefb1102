// Package geo measures and projects on the globe, and moves points between the three datums
// that maps of China use.
//
// WGS-84 is what satellites give and what Conurb stores. GCJ-02 is the datum of
// maps published in China: WGS-84 shifted by a smooth field of up to 700 m
// inside the country. BD-09 is GCJ-02 shifted once more by Baidu. The shifts
// have no published formula; the ones here are those of the open source
// transformations in wide use (eviltransform), exact to the digits they give.
// Both have no closed inverse, so the way back iterates until the forward shift
// returns to the point: a round trip stays within half a metre, in fact within
// a tenth of a millimetre.
//
// Points are degrees, longitude first. Distances are metres on the sphere of
// the mean earth radius (IUGG, 6 371 008.8 m), good to 0.5 %.
//
// Web Mercator here is the unit square of a tile pyramid: x grows to the east
// and y to the south, both from 0 to 1 (OGC Two Dimensional Tile Matrix Set,
// WebMercatorQuad).
//
// Projection is transverse Mercator on the ellipsoid, in metres: for grids of equal
// squares, and for UTM.
package geo
