// Package tiles cuts the area's own map into vector tiles, in memory, so that
// the page needs no map service: district outlines, lines coloured by their
// standing on a pair of days, stations and cities.
//
// A tile is a Mapbox Vector Tile of version 2, extent 4096. Its layers:
//
//	districts  polygons  id, name_zh, name_en, city, kind
//	lines      lines     id, line, class, mode, status, name_zh, name_en, km, definition, project
//	stations   points    id, name_zh, name_en, city, lines, status
//	cities     points    id, name_zh, name_en, code
//
// The streets of a network have tiles of their own (Streets):
//
//	streets    lines     class, name, kmh (both from level 13 on)
//	cells      squares   population, per_km2; from afar many cells as one square;
//	                     points from near where the cells have no side
//
// Roads appear by their class as one comes nearer: motorways and trunk roads first,
// everything from level 14 on, and at every level where there are few of them.
//
// The status of a section is open, late, planned or unknown, see Standing. It
// is the only thing in a tile that depends on the days asked for: tiles are kept
// by the statuses they show, so that sliding over a quiet year cuts nothing anew.
//
// A section is drawn along its path where the pack gives one, else through the
// stations it serves; a section with neither is on no tile, though it counts.
package tiles
