package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"conurb/area"
)

// document reads a YAML file to its root node; nil, with the problem reported
// where there is one, if it is absent or not YAML.
func (l *loader) document(name string) (*tree, *yaml.Node) {
	b, ok := l.text(name)
	if !ok {
		return nil, nil
	}
	node, more, err := parse(b)
	switch {
	case err != nil:
		l.syntax(name, b, err)
		return nil, nil
	case more:
		l.report(place{file: name}, "second-document")
		return nil, nil
	case node == nil:
		l.report(place{file: name}, "empty-file")
		return nil, nil
	}
	return &tree{l: l, file: name, budget: 2*len(b) + 10_000}, node
}

// parse reads the first document; more says that there is another.
func parse(b []byte) (node *yaml.Node, more bool, err error) {
	defer func() {
		if r := recover(); r != nil { // the parser is not ours: a fault of it on hostile bytes is one of the file
			node, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, false, nil
		}
		return nil, false, err
	}
	var next yaml.Node
	switch err := dec.Decode(&next); {
	case err == nil:
		more = true
	case !errors.Is(err, io.EOF):
		return nil, false, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, more, nil
	}
	return doc.Content[0], more, nil
}

var lineOfError = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntax reports a fault of YAML at its line. The parser names the line where
// the block around the fault began, or none; the fault itself is on the first
// line with which the file so far already fails in the same way.
func (l *loader) syntax(name string, b []byte, err error) {
	lines := bytes.SplitAfter(b, []byte("\n"))
	cause := lineOfError.ReplaceAllString(err.Error(), "")
	line := 1
	if m := lineOfError.FindStringSubmatch(err.Error()); m[1] != "" {
		line, _ = strconv.Atoi(m[1])
	}
	if len(b) <= 1<<20 {
		ends, n := make([]int, len(lines)), 0
		for i, line := range lines {
			n += len(line)
			ends[i] = n
		}
		line = 1 + sort.Search(len(lines)-1, func(i int) bool {
			_, _, err := parse(b[:ends[i]])
			return err != nil && lineOfError.ReplaceAllString(err.Error(), "") == cause
		})
	}
	line = min(max(line, 1), len(lines))
	text := string(lines[line-1])
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	at := place{file: name, line: line, column: indent + 1}
	if tab := strings.IndexByte(text[:indent], '\t'); tab >= 0 {
		at.column = tab + 1
		l.report(at, "yaml-tab")
		return
	}
	if colon := strings.Index(text, "："); colon >= 0 && !strings.Contains(text[:colon], ": ") {
		at.column = utf8.RuneCountInString(text[:colon]) + 1
		l.report(at, "wide-colon")
		return
	}
	l.slip(at, cause, strings.Count(text, ": ") > 1)
}

// slip reports what the parser says of the slips that people make, by its
// opening words; anything else is passed on as it is. colons says that the line
// has more than one: with a single one it is a field in the wrong column.
func (l *loader) slip(at place, cause string, colons bool) {
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(cause, w) })
	}
	switch {
	case colons && says("mapping values are not allowed"):
		l.report(at, "yaml-colon")
	case says("mapping values are not allowed", "did not find expected key", "did not find expected '-' indicator", "block sequence entries are not allowed"):
		l.report(at, "yaml-indent")
	case says("could not find expected ':'"):
		l.report(at, "yaml-no-colon")
	case says("did not find expected ',' or", "did not find expected node content"):
		l.report(at, "yaml-bracket")
	case says("found unexpected end of stream", "found unexpected document indicator"):
		l.report(at, "yaml-quote")
	case says("unknown anchor '"):
		name, _, _ := strings.Cut(strings.TrimPrefix(cause, "unknown anchor '"), "'")
		l.report(at, "yaml-anchor", "value", clip(name))
	case says("found character that cannot start any token", "did not find expected alphabetic or numeric character"):
		l.report(at, "yaml-sign")
	case says("found unknown escape character"):
		l.report(at, "yaml-escape")
	case says("control characters are not allowed"):
		l.report(at, "yaml-control")
	default:
		l.report(at, "yaml-syntax", "cause", cause)
	}
}

// items reads a file that is a list of mappings. kinds are what the file defines:
// where it cannot be read, references to them are not judged.
func (l *loader) items(name string, read func(*mapping), kinds ...string) {
	t, root := l.document(name)
	if root == nil {
		l.breakKinds(name, kinds)
		return
	}
	if root.Kind != yaml.SequenceNode {
		l.report(t.place(root, ""), "not-a-list")
		l.breakKinds(name, kinds)
		return
	}
	for _, node := range root.Content {
		if m := t.mapping(node, "", area.Cite{}); m != nil {
			read(m)
			m.done()
		}
	}
	if t.spent {
		l.breakKinds(name, kinds)
	}
}

// single reads a file that is one mapping.
func (l *loader) single(name string, read func(*mapping), kinds ...string) {
	t, root := l.document(name)
	if root == nil {
		l.breakKinds(name, kinds)
		return
	}
	if m := t.mapping(root, "", area.Cite{}); m != nil {
		read(m)
		m.done()
		return
	}
	l.breakKinds(name, kinds)
}
