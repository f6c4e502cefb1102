package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// writeJSON prints a value for machines.
func (s *session) writeJSON(v any) error {
	enc := json.NewEncoder(s.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// done says that something was done: a sentence on standard error for people, its
// parts as JSON on standard output for machines.
func (s *session) done(key string, args ...string) error {
	if s.json {
		parts := map[string]any{}
		for name, text := range pairs(args) {
			parts[name] = text
			if n, err := strconv.ParseFloat(text, 64); err == nil && slices.Contains(figures, name) {
				parts[name] = n
			}
		}
		return s.writeJSON(parts)
	}
	fmt.Fprintln(s.err, s.t(key, args...))
	return nil
}

// figures are the parts of such sentences that are numbers, for machines too.
var figures = []string{"from", "to", "n", "pairs", "size", "ms"}

// columns is the width of a text on a terminal, where Chinese takes two columns
// a character.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-columns(text)))
}

// table prints rows under a header, each column as wide as its widest cell.
func (s *session) table(header []string, rows [][]string) {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	line := func(row []string) {
		var b strings.Builder
		for i, cell := range row {
			if i == len(row)-1 {
				b.WriteString(cell)
				break
			}
			b.WriteString(pad(cell, widths[i]+2))
		}
		fmt.Fprintln(s.out, strings.TrimRight(b.String(), " "))
	}
	line(header)
	total := 0
	for _, w := range widths {
		total += w + 2
	}
	fmt.Fprintln(s.out, strings.Repeat("-", min(total-2, 120)))
	for _, row := range rows {
		line(row)
	}
}
