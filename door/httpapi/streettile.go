package httpapi

import (
	"context"
	"sync"

	"conurb/connect/reach"
	"conurb/door/tiles"
)

// streetMaps are the networks laid out for drawing, each at its first tile.
type streetMaps struct {
	mu   sync.Mutex
	kept map[*reach.Engine]*tiles.Streets
}

func (m *streetMaps) of(g *reach.Ground, e *reach.Engine) *tiles.Streets {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[*reach.Engine]*tiles.Streets{}
	}
	if m.kept[e] == nil {
		m.kept[e] = tiles.NewStreets(e.Graph, g.Cells)
	}
	return m.kept[e]
}

type streetTileInput struct {
	OfNetwork
	Mode string `query:"mode" doc:"The way of moving, one of the network's; its first when left out." example:"car"`
	TileAddress
}

func (s *server) streetTile(ctx context.Context, in *streetTileInput) (*file, error) {
	t, ok := in.tile()
	if !ok {
		return nil, refuse("bad-tile", "tile", in.Z+"/"+in.X+"/"+in.Y)
	}
	g, e, err := s.engine(ctx, InMode{OfNetwork: in.OfNetwork, Mode: in.Mode})
	if err != nil {
		return nil, err
	}
	b, err := s.streets.of(g, e).Cut(t)
	if err != nil {
		return nil, err
	}
	return &file{Type: tileType, Caching: "no-cache", Body: b}, nil
}
