package pack

import "slices"

// nearest returns the word that was most likely meant: the one with the fewest
// insertions, deletions, substitutions and swaps of neighbours between (the
// optimal string alignment distance, Damerau 1964), at most one for every three
// characters; else one that begins nearly like it, at most one for every five.
// It is empty where none is that near.
func nearest(word string, words []string) string {
	a := []rune(word)
	if len(a) == 0 || len(a) > longestWord {
		return ""
	}
	found := pick(a, words, max(1, len(a)/3), func(row []int) int { return row[len(row)-1] })
	if found == "" && len(a) >= 4 {
		found = pick(a, words, len(a)/5, slices.Min)
	}
	return found
}

const longestWord = 80

// pick returns the word with the smallest distance up to a bound, the first in
// order of the alphabet among equals.
func pick(a []rune, words []string, bound int, measure func(row []int) int) string {
	best, found := bound+1, ""
	for _, w := range words {
		b := []rune(w)
		if len(b) > longestWord || len(a)-len(b) > best {
			continue
		}
		if d := measure(distances(a, b)); d < best || d == best && found != "" && w < found {
			best, found = d, w
		}
	}
	return found
}

// distances returns the distance of a word to every prefix of another.
func distances(a, b []rune) []int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
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
	return last
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
