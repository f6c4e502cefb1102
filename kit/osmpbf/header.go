package osmpbf

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Header is what a file says of itself.
type Header struct {
	Bounds      *Bounds // nil where not stated
	Required    []string
	Optional    []string
	Program     string // that wrote it
	Source      string
	Replication Replication
}

// Bounds of the content, as the writer states them.
type Bounds struct{ West, South, East, North Nano }

// Replication is where to go on with updates.
type Replication struct {
	Time     time.Time // of the data; zero where not stated
	Sequence int64
	URL      string
}

// Features of the format (OSM wiki, "PBF Format", Required and optional features).
const (
	featureSchema    = "OsmSchema-V0.6"
	featureDense     = "DenseNodes"
	featureHistory   = "HistoricalInformation"
	featureLocations = "LocationsOnWays"
	featureSorted    = "Sort.Type_then_ID"
)

// Sorted says that all nodes come before all ways and those before all
// relations, each kind by its numbers.
func (h *Header) Sorted() bool { return slices.Contains(h.Optional, featureSorted) }

// LocationsOnWays says that ways carry the places of their nodes.
func (h *Header) LocationsOnWays() bool {
	return slices.Contains(h.Optional, featureLocations) || slices.Contains(h.Required, featureLocations)
}

// ReadHeader reads the first block of a file and nothing more.
func ReadHeader(r io.Reader) (*Header, error) {
	var u unpacker
	defer u.close()
	return readHeader(&stream{r: r}, &u)
}

func readHeader(s *stream, u *unpacker) (*Header, error) {
	var j job
	if err := s.next(&j); err == io.EOF {
		return nil, s.fault(&j, 0, fmt.Errorf("%w: it is empty", ErrNotPBF))
	} else if err != nil {
		return nil, err
	}
	if err := s.body(&j); err != nil {
		return nil, err
	}
	content, err := u.unpack(&j)
	if err != nil {
		return nil, place(&j, nil, err)
	}
	h, err := parseHeader(content)
	if err != nil {
		return nil, place(&j, content, err)
	}
	return h, nil
}

func parseHeader(content []byte) (*Header, error) {
	h := &Header{}
	m := message{b: content}
	for m.next() {
		switch m.num {
		case 1:
			b, err := parseBounds(m.bytes())
			if err != nil {
				return nil, err
			}
			h.Bounds = b
		case 4:
			h.Required = append(h.Required, string(m.bytes()))
		case 5:
			h.Optional = append(h.Optional, string(m.bytes()))
		case 16:
			h.Program = string(m.bytes())
		case 17:
			h.Source = string(m.bytes())
		case 32:
			h.Replication.Time = time.Unix(m.int(), 0).UTC()
		case 33:
			h.Replication.Sequence = m.int()
		case 34:
			h.Replication.URL = string(m.bytes())
		}
	}
	if m.err != nil {
		return nil, m.err
	}
	return h, h.check()
}

func parseBounds(b []byte) (*Bounds, error) {
	var v Bounds
	seen := 0
	m := message{b: b}
	for m.next() {
		switch m.num {
		case 1:
			v.West = Nano(m.sint())
		case 2:
			v.East = Nano(m.sint())
		case 3:
			v.North = Nano(m.sint())
		case 4:
			v.South = Nano(m.sint())
		default:
			continue
		}
		seen |= 1 << m.num
	}
	if m.err == nil && seen != 0b11110 {
		m.fail("bounds without all four sides")
	}
	return &v, m.err
}

// check refuses what cannot be read rightly, and names all of it.
func (h *Header) check() error {
	var unknown []string
	for _, f := range h.Required {
		switch f {
		case featureSchema, featureDense, featureLocations:
		case featureHistory:
			return fmt.Errorf("%w: %s: the file holds deleted and superseded versions, which would be taken for the present; "+
				"make a snapshot of one time first (osmium time-filter)", ErrFeature, f)
		default:
			unknown = append(unknown, fmt.Sprintf("%.40q", f))
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("%w: %s", ErrFeature, strings.Join(unknown[:min(len(unknown), 8)], ", "))
	}
	return nil
}
