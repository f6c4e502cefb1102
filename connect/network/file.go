package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unsafe"

	"conurb/connect/street"
	"conurb/kit/cch"
	"conurb/kit/flat"
)

const (
	kind = "cnet"
	// Version is that of the files this program writes and reads.
	Version = 1
)

// ErrNotNetwork tells that a file is no network.
var ErrNotNetwork = errors.New("not a network file")

// head is the array "info": what is no array.
type head struct {
	Info
	Modes []modeHead `json:"modes"`
}

type modeHead struct {
	ID     string          `json:"id"`
	Rules  string          `json:"rules"`
	Snap   street.SnapRule `json:"snap"`
	Report street.Report   `json:"report"`
}

// WriteTo writes the file.
func (n *Network) WriteTo(w io.Writer) (int64, error) {
	h := head{Info: n.Info}
	out := flat.NewWriter(kind, Version)
	for _, m := range n.Modes {
		h.Modes = append(h.Modes, modeHead{ID: m.ID, Rules: m.Rules, Snap: m.Graph.Snap, Report: m.Report})
	}
	text, err := json.Marshal(h)
	if err != nil {
		return 0, fmt.Errorf("write network: %w", err)
	}
	flat.Add(out, "info", text)
	for _, m := range n.Modes {
		put := &putter{out, m.ID + "/"}
		graph(m.Graph, put)
		hierarchy(&m.Hierarchy.Parts, put)
		weight := make([]cch.Weight, m.Hierarchy.Arcs())
		for a := range weight {
			weight[a] = m.Metric.Weight(cch.Arc(a))
		}
		sides := m.Metric.Sides()
		array(put, "metric/weight", &weight)
		array(put, "metric/side", &sides)
	}
	written, err := out.WriteTo(w)
	if err != nil {
		return written, fmt.Errorf("write network: %w", err)
	}
	return written, nil
}

// Open reads a network file, whole in b, which is kept. A file of another kind,
// of another version (*flat.VersionError) and a damaged one (*flat.DamageError) are
// refused.
func Open(b []byte) (*Network, error) {
	f, err := flat.Open(b, kind, Version)
	if errors.Is(err, flat.ErrKind) {
		return nil, ErrNotNetwork
	}
	if err != nil {
		return nil, fmt.Errorf("open network: %w", err)
	}
	text, err := flat.Get[byte](f, "info")
	if err != nil {
		return nil, fmt.Errorf("open network: %w", err)
	}
	var h head
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf("open network: %w", &flat.DamageError{Part: "info", Cause: err.Error()})
	}
	n := &Network{Info: h.Info}
	for _, one := range h.Modes {
		m, err := openMode(f, one)
		if err != nil {
			return nil, fmt.Errorf("open network: mode %s: %w", one.ID, err)
		}
		n.Modes = append(n.Modes, m)
	}
	return n, nil
}

func openMode(f *flat.File, h modeHead) (*Mode, error) {
	m := &Mode{ID: h.ID, Rules: h.Rules, Report: h.Report, Graph: &street.Graph{Profile: h.ID, Snap: h.Snap}}
	get := &getter{f: f, under: h.ID + "/"}
	graph(m.Graph, get)
	var parts cch.Parts
	hierarchy(&parts, get)
	var weight, side []cch.Weight
	array(get, "metric/weight", &weight)
	array(get, "metric/side", &side)
	if get.err != nil {
		return nil, get.err
	}
	if err := check(m.Graph); err != nil {
		return nil, err
	}
	var err error
	if m.Hierarchy, err = cch.Open(parts); err != nil {
		return nil, err
	}
	if m.Hierarchy.Nodes() != m.Graph.Nodes() || m.Hierarchy.Arcs() != m.Graph.Arcs() {
		return nil, fmt.Errorf("the hierarchy is of another graph")
	}
	m.Metric, err = m.Hierarchy.OpenMetric(weight, side)
	return m, err
}

// A carrier takes arrays to a file or brings them back; graph and hierarchy name
// each array once for both ways.
type carrier interface {
	text(name string, v *[]string)
}

type putter struct {
	w     *flat.Writer
	under string
}

type getter struct {
	f     *flat.File
	under string
	err   error
}

// sizer only asks how large arrays are.
type sizer func(name string, bytes int)

func array[T any](c carrier, name string, v *[]T) {
	switch c := c.(type) {
	case *putter:
		flat.Add(c.w, c.under+name, *v)
	case *getter:
		if got, err := flat.Get[T](c.f, c.under+name); err != nil {
			c.err = errors.Join(c.err, err)
		} else {
			*v = got
		}
	case sizer:
		var one T
		c(name, len(*v)*int(unsafe.Sizeof(one)))
	}
}

// Lists of words are lines.
func (c *putter) text(name string, v *[]string) {
	flat.Add(c.w, c.under+name, []byte(strings.Join(*v, "\n")))
}

func (c *getter) text(name string, v *[]string) {
	got, err := flat.Get[byte](c.f, c.under+name)
	if err != nil {
		c.err = errors.Join(c.err, err)
		return
	}
	*v = strings.Split(string(got), "\n")
}

func (c sizer) text(name string, v *[]string) {
	for _, s := range *v {
		c(name, len(s)+16)
	}
}

func graphArrays(g *street.Graph, visit func(name string, bytes int)) { graph(g, sizer(visit)) }

func graph(g *street.Graph, c carrier) {
	c.text("classes", &g.Classes)
	c.text("names", &g.Names)
	c.text("names-en", &g.NamesEn)
	array(c, "node/place", &g.NodePlace)
	array(c, "node/id", &g.NodeID)
	array(c, "arc/first", &g.First)
	array(c, "arc/head", &g.Head)
	array(c, "arc/side", &g.ArcSide)
	array(c, "arc/move", &g.Move)
	array(c, "arc/wait", &g.Wait)
	array(c, "edge/way", &g.EdgeWay)
	array(c, "edge/class", &g.EdgeClass)
	array(c, "edge/metres", &g.EdgeMetres)
	array(c, "edge/name", &g.EdgeName)
	array(c, "edge/ref", &g.EdgeRef)
	array(c, "edge/flags", &g.EdgeFlags)
	array(c, "edge/shape-first", &g.ShapeFirst)
	array(c, "edge/shape", &g.Shape)
	array(c, "side/move", &g.SideMove)
	array(c, "side/wait", &g.SideWait)
	array(c, "side/depart", &g.Depart)
	array(c, "side/arrive-first", &g.ArriveFirst)
	array(c, "side/arrive", &g.Arrive)
}

func hierarchy(p *cch.Parts, c carrier) {
	array(c, "cch/order", &p.Order)
	array(c, "cch/rank", &p.Rank)
	array(c, "cch/parent", &p.Parent)
	array(c, "cch/up-first", &p.UpFirst)
	array(c, "cch/up-head", &p.UpHead)
	array(c, "cch/up-tail", &p.UpTail)
	array(c, "cch/down-first", &p.DownFirst)
	array(c, "cch/down-edge", &p.DownEdge)
	array(c, "cch/side-of", &p.SideOf)
	array(c, "cch/arc-first", &p.ArcFirst)
	array(c, "cch/arc-of", &p.ArcOf)
}
