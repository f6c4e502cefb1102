//go:build cgo

package main

import "errors"

// readTheirs is left out where cgo is on: paulmach/osm then wants a C library.
func readTheirs([]byte) (pbfTally, error) {
	return pbfTally{}, errors.New("paulmach/osm is compared with CGO_ENABLED=0, as make bench does")
}
