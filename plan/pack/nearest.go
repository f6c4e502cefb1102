package pack

import "slices"

// nearest returns the word that was most likely meant: the one with the fewest
// insertions, deletions, substitutions and swaps of neighbours between (the
// optimal string alignment distance, Damerau 1964), at most one for every three
// characters. It is empty where none is that near.
func nearest(word string, words []string) string {
	const longest = 80
	a := []rune(word)
	if len(a) == 0 || len(a) > longest {
		return ""
	}
	best, found := max(1, len(a)/3)+1, ""
	for _, w := range words {
		b := []rune(w)
		if len(b) > longest || len(b)-len(a) > best || len(a)-len(b) > best {
			continue
		}
		d := distance(a, b)
		if d < best || d == best && found != "" && w < found {
			best, found = d, w
		}
	}
	return found
}

func distance(a, b []rune) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// nearestFold is nearest, blind to case and to '-' against '_'.
func nearestFold(word string, words []string) string {
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = fold(w)
	}
	if i := slices.Index(folded, nearest(fold(word), folded)); i >= 0 {
		return words[i]
	}
	return ""
}

func fold(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c == '_' || c == ' ':
			b[i] = '-'
		}
	}
	return string(b)
}
