package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// graph is linked data on its way out: nodes in the order in which they were first spoken of.
type graph struct {
	nodes []*rdfNode
	by    map[string]*rdfNode
}

type rdfNode struct {
	id    string
	types []string
	props []rdfProp
}

type rdfProp struct {
	name   string // with prefix
	values []rdfTerm
}

// rdfTerm is another node, or a literal with a language or a datatype.
type rdfTerm struct{ id, text, lang, datatype string }

// rdfPrefixes are the namespaces of CPSV-AP 3.2.0.
var rdfPrefixes = [][2]string{
	{"adms", "http://www.w3.org/ns/adms#"}, {"cpsv", "http://purl.org/vocab/cpsv#"}, {"cv", "http://data.europa.eu/m8g/"}, {"dcat", "http://www.w3.org/ns/dcat#"},
	{"dct", "http://purl.org/dc/terms/"}, {"eli", "http://data.europa.eu/eli/ontology#"}, {"foaf", "http://xmlns.com/foaf/0.1/"}, {"locn", "http://www.w3.org/ns/locn#"},
	{"org", "http://www.w3.org/ns/org#"}, {"skos", "http://www.w3.org/2004/02/skos/core#"}, {"time", "http://www.w3.org/2006/time#"}, {"xsd", "http://www.w3.org/2001/XMLSchema#"},
}

// node is the node with an id, and of these types beside those it has.
func (g *graph) node(id string, types ...string) *rdfNode {
	n := g.by[id]
	if n == nil {
		n = &rdfNode{id: id}
		g.by[id] = n
		g.nodes = append(g.nodes, n)
	}
	for _, t := range types {
		if !slices.Contains(n.types, t) {
			n.types = append(n.types, t)
		}
	}
	return n
}

// add says something of a node, once.
func (n *rdfNode) add(name string, values ...rdfTerm) *rdfNode {
	if len(values) == 0 {
		return n
	}
	i := slices.IndexFunc(n.props, func(p rdfProp) bool { return p.name == name })
	if i < 0 {
		i = len(n.props)
		n.props = append(n.props, rdfProp{name: name})
	}
	for _, v := range values {
		if !slices.Contains(n.props[i].values, v) {
			n.props[i].values = append(n.props[i].values, v)
		}
	}
	return n
}

func to(n *rdfNode) rdfTerm { return rdfTerm{id: n.id} }

func plainText(s string) rdfTerm { return rdfTerm{text: s} }

func typed(s, datatype string) rdfTerm { return rdfTerm{text: s, datatype: datatype} }

// jsonLD writes the graph as JSON-LD 1.1, flattened.
func (g *graph) jsonLD(w io.Writer) error {
	context := map[string]string{}
	for _, p := range rdfPrefixes {
		context[p[0]] = p[1]
	}
	nodes := make([]map[string]any, len(g.nodes))
	for i, n := range g.nodes {
		o := map[string]any{"@id": n.id}
		if len(n.types) > 0 {
			o["@type"] = n.types
		}
		for _, p := range n.props {
			list := make([]map[string]string, len(p.values))
			for k, v := range p.values {
				list[k] = v.json()
			}
			o[p.name] = list
		}
		nodes[i] = o
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(map[string]any{"@context": context, "@graph": nodes})
}

func (t rdfTerm) json() map[string]string {
	switch {
	case t.id != "":
		return map[string]string{"@id": t.id}
	case t.lang != "":
		return map[string]string{"@value": t.text, "@language": t.lang}
	case t.datatype != "":
		return map[string]string{"@value": t.text, "@type": t.datatype}
	}
	return map[string]string{"@value": t.text}
}

// turtle writes the graph as Turtle 1.1.
func (g *graph) turtle(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, p := range rdfPrefixes {
		fmt.Fprintf(b, "@prefix %s: <%s> .\n", p[0], p[1])
	}
	for _, n := range g.nodes {
		var parts []string
		if len(n.types) > 0 {
			parts = append(parts, "a "+strings.Join(n.types, ", "))
		}
		for _, p := range n.props {
			list := make([]string, len(p.values))
			for i, v := range p.values {
				list[i] = v.turtle()
			}
			parts = append(parts, p.name+" "+strings.Join(list, ", "))
		}
		if len(parts) > 0 {
			fmt.Fprintf(b, "\n<%s> %s .\n", n.id, strings.Join(parts, " ;\n    "))
		}
	}
	return b.Flush()
}

var turtleEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

func (t rdfTerm) turtle() string {
	if t.id != "" {
		return "<" + t.id + ">"
	}
	s := `"` + turtleEscapes.Replace(t.text) + `"`
	switch {
	case t.lang != "":
		return s + "@" + t.lang
	case t.datatype != "":
		return s + "^^" + t.datatype
	}
	return s
}
