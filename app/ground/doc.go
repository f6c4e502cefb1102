// Package ground is where the street networks and the people of a node lie on disk:
// it builds, opens, saves and imports them, and keeps those that the doors ask.
//
// A network file is mapped into memory, so that opening it costs a checksum; it is
// written beside its place and renamed at the end, so that a file is whole or not
// there. The region's own network and people are data/networks/<pack>.cnet and
// data/people/<pack>.csv once they have been imported; until then they are modelled
// from the region pack, which takes seconds, and kept by the digest of the pack.
package ground
