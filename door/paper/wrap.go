package paper

import (
	"strings"
	"unicode"
)

// wrap breaks a text into lines that are no wider than most points: between words, and
// between Chinese characters; a word that is too wide is broken anywhere. Ends of line in the
// text stay. A text without anything is one empty line.
func (p *pen) wrap(text string, size, most float64) ([]string, error) {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, text)
	for _, r := range text { // refused by the whole text, not by a part of it
		if r == '\n' {
			continue
		}
		if _, err := p.look(r, text); err != nil {
			return nil, err
		}
	}
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		line, used := "", 0.0
		for _, word := range words(part) {
			w, err := p.width(word, size)
			if err != nil {
				return nil, err
			}
			if used+w > most && line != "" {
				lines, line, used = append(lines, strings.TrimRight(line, " ")), "", 0
				word = strings.TrimLeft(word, " ")
				if w, err = p.width(word, size); err != nil {
					return nil, err
				}
			}
			for w > most {
				n := 0
				for i, r := range word {
					if used += p.faces[r].width * size; used > most && i > 0 {
						n = i
						break
					}
				}
				if n == 0 {
					break // one character wider than the line
				}
				lines, word, used = append(lines, word[:n]), word[n:], 0
				if w, err = p.width(word, size); err != nil {
					return nil, err
				}
			}
			line, used = line+word, used+w
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines, nil
}

// words are the parts of a text between which a line may end; a blank stands at the end of
// its word.
func words(text string) (list []string) {
	start, last := 0, rune(0)
	for i, r := range text {
		if i > start && (last == ' ' && r != ' ' || wide(last) && !closing(r) || wide(r) && !closing(r)) {
			list = append(list, text[start:i])
			start = i
		}
		last = r
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}

func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3100 || r >= 0xff00 && r < 0xffe0
}

// closing tells of a sign that no line begins with.
func closing(r rune) bool {
	return strings.ContainsRune("，。、；：！？）》」』”’ ,.;:!?)", r)
}
