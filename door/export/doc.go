// Package export writes what connect/reach answers as files for other programs:
// matrices and counts as CSV and Apache Parquet, isochrones and routes as GeoJSON
// (RFC 7946).
//
// Matrices are long: a row for each pair within the limit, in the order of the
// origins. Pairs beyond it and places that no street is near have no row. Times are
// seconds to a tenth, since that is what they are computed in. Whatever rests on a
// modelled network or on modelled people says so in every file: in a column of
// counts, in the properties of GeoJSON, in the metadata of Parquet.
//
// Nothing here holds more than a block of rows.
package export
