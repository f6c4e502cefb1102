package street

import (
	"context"
	"io"
	"slices"

	"conurb/kit/osmpbf"
)

// PBF is a map in an OpenStreetMap file. It is read once for each kind of element.
type PBF struct {
	ctx  context.Context
	file io.ReaderAt
	size int64
	keys []string
}

var _ Source = (*PBF)(nil)

// OpenPBF makes a source of a file. Ways that none of the profiles can use by the
// keys of their classes are not even decoded; without profiles all are.
func OpenPBF(ctx context.Context, file io.ReaderAt, size int64, profiles ...*Profile) *PBF {
	p := &PBF{ctx: ctx, file: file, size: size}
	for _, one := range profiles {
		p.keys = append(p.keys, "highway", "route")
		for t := range one.Classes {
			p.keys = append(p.keys, t.Key)
		}
	}
	slices.Sort(p.keys)
	p.keys = slices.Compact(p.keys)
	return p
}

var skip = osmpbf.Filter{Skip: true}

// only wants elements with one of some keys; without keys all.
func only(keys ...string) osmpbf.Filter {
	if len(keys) == 0 {
		return osmpbf.Filter{}
	}
	return osmpbf.Filter{Key: func(k string) bool { return slices.Contains(keys, k) }}
}

func (p *PBF) read(o osmpbf.Options, visit func(*osmpbf.Block) error) error {
	_, err := osmpbf.ReadAt(p.ctx, p.file, p.size, o, visit)
	return err
}

// Relations is part of Source.
func (p *PBF) Relations(visit func(MapRelation) error) error {
	var tags Tags
	var members []Member
	kinds := map[osmpbf.Kind]MemberKind{osmpbf.KindNode: NodeMember, osmpbf.KindWay: WayMember, osmpbf.KindRelation: RelationMember}
	return p.read(osmpbf.Options{Nodes: skip, Ways: skip, Relations: only("type")}, func(b *osmpbf.Block) error {
		for i, id := range b.Relations.ID {
			tags, members = words(b, tags, b.Relations.Tags(i)), members[:0]
			for _, m := range b.Relations.Members(i) {
				members = append(members, Member{kinds[m.Kind], m.Ref, b.Text(m.Role)})
			}
			if err := visit(MapRelation{int64(id), tags, members}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Ways is part of Source.
func (p *PBF) Ways(visit func(MapWay) error) error {
	var tags Tags
	var refs []int64
	return p.read(osmpbf.Options{Nodes: skip, Ways: only(p.keys...), Relations: skip}, func(b *osmpbf.Block) error {
		for i, id := range b.Ways.ID {
			tags, refs = words(b, tags, b.Ways.Tags(i)), refs[:0]
			for _, r := range b.Ways.Refs(i) {
				refs = append(refs, int64(r))
			}
			if err := visit(MapWay{int64(id), refs, tags}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Nodes is part of Source.
func (p *PBF) Nodes(visit func(MapNode) error) error {
	var tags Tags
	return p.read(osmpbf.Options{Ways: skip, Relations: skip}, func(b *osmpbf.Block) error {
		for i, id := range b.Nodes.ID {
			lon, lat := b.Nodes.Lon[i], b.Nodes.Lat[i]
			if lon == osmpbf.Nowhere || lat == osmpbf.Nowhere {
				continue
			}
			tags = words(b, tags, b.Nodes.Tags(i))
			if err := visit(MapNode{int64(id), Place{units(lon), units(lat)}, tags}); err != nil {
				return err
			}
		}
		return nil
	})
}

// words puts tags into text.
func words(b *osmpbf.Block, into Tags, tags []osmpbf.Tag) Tags {
	into = into[:0]
	for _, t := range tags {
		into = append(into, Tag{b.Text(t.Key), b.Text(t.Value)})
	}
	return into
}

// units rounds billionths of a degree to ten-millionths.
func units(n osmpbf.Nano) int32 {
	if n < 0 {
		return int32((n - 50) / 100)
	}
	return int32((n + 50) / 100)
}
