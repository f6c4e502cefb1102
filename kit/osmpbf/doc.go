// Package osmpbf reads OpenStreetMap data in its binary form, the file that
// ends in .osm.pbf. It knows the format and nothing of streets: what a tag
// means is the business of the room that asked.
//
// A file is a row of file blocks: the first says what the file needs (OSMHeader),
// each of the others holds some thousand nodes, ways or relations and can be
// decoded alone. Read therefore decodes several blocks at once, one per core,
// and hands them over in the order of the file, one after another, on the
// caller's goroutine:
//
//	header, err := osmpbf.Read(ctx, file, osmpbf.Options{
//		Nodes: osmpbf.Filter{Skip: true},
//		Ways:  osmpbf.Filter{Key: func(key string) bool { return key == "highway" }},
//	}, func(b *osmpbf.Block) error {
//		for i, id := range b.Ways.ID {
//			kind, _ := b.Value(b.Ways.Tags(i), "highway")
//			use(id, kind, b.Ways.Refs(i))
//		}
//		return nil
//	})
//
// A block is columns, not objects: it and all it points to are used again once
// visit returns, so that reading allocates per block and never per element. Only
// strings may be kept (keeping one keeps the text of its block: strings.Clone).
//
// Positions are Nano, billionths of a degree, exactly as stored. A node off the
// globe is an error, which is how a file with latitude and longitude exchanged
// shows itself wherever the longitude exceeds 90 degrees.
//
// # What is refused
//
// A feature the file requires and this package does not know; history files
// (HistoricalInformation), whose deleted and superseded versions would be taken
// for the present; blobs in lzma or the obsolete bzip2; sizes over the limits of
// the format (a header of 64 KiB, a blob of 32 MiB), before anything is
// allocated; everything that does not add up. Every such error is an *Error with
// the number of the block and the byte where it was found, and wraps one of the
// sentinels of this package. Blocks before a bad one have been visited by then.
// File blocks of a type other than OSMData are passed over, as the format says.
//
// # Memory
//
// Options.Memory (512 MiB if not given) bounds what the blocks in flight hold.
// Each is charged the most it can come to, which is its compressed size and
// eleven times its content (25 times with Options.Info; a test holds the worst
// blocks that the wire format allows against these numbers), and the next one is
// read only when it fits beside the others. A single block is always let
// through: 32 MiB of content at worst, hence 384 MiB (832 MiB with Info) whatever
// the bound. As much again as the bound may lie idle between blocks. That is the
// ceiling for hostile files; a usual one, of blocks of 8,000 elements, is read
// with about 2 MiB per core and slot, and there are two slots per core and one.
//
// # Sources
//
// The format: OSM-binary, fileformat.proto and osmformat.proto, and the page
// "PBF Format" of the OpenStreetMap wiki (limits, features, block types). LZ4:
// lz4_Block_format.md. Protocol buffers: "Encoding" of the protobuf guide.
package osmpbf
