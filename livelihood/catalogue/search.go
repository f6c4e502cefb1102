package catalogue

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Index finds items and bundles by plain words, Chinese and English: what people call a
// thing counts most, then its name, then what it is for. Chinese is read in pairs of
// characters, English in words without their endings; a rare word says more than a common
// one (the weight of BM25, Robertson and Zaragoza 2009).
type Index struct {
	docs  []doc
	often map[string]int // term -> docs that have it
}

// Hit is something found.
type Hit struct {
	ID     string  `json:"id"`
	Bundle bool    `json:"bundle"`
	Score  float64 `json:"score"`
}

type doc struct {
	id     string
	bundle bool
	terms  map[string]float64
	names  []string // whole phrases
	length float64
}

// The weights of where a word stands.
const (
	inSearch = 3.0
	inName   = 2.0
	inPlain  = 1.0
)

// forBundles prefers a bundle to one of its items: who asks about a turn in his life does not
// know which items it takes.
const forBundles = 1.25

// NewIndex reads a catalogue; an item stands in it once for all cities.
func NewIndex(items []*Item, bundles []*Bundle) *Index {
	x := &Index{often: map[string]int{}}
	seen := map[string]int{}
	for _, i := range items {
		n, known := seen[i.ID]
		if !known {
			n = len(x.docs)
			seen[i.ID] = n
			x.docs = append(x.docs, doc{id: i.ID, terms: map[string]float64{}})
		}
		d := &x.docs[n]
		d.add(inName, i.Name.Zh, i.Name.En)
		d.add(inPlain, i.Plain.Zh, i.Plain.En)
		d.add(inSearch, i.Search.Zh...)
		d.add(inSearch, i.Search.En...)
		d.names = append(d.names, append([]string{i.Name.Zh, i.Name.En}, append(i.Search.Zh, i.Search.En...)...)...)
	}
	for _, b := range bundles {
		d := doc{id: b.ID, bundle: true, terms: map[string]float64{}, names: append([]string{b.Name.Zh, b.Name.En}, append(b.Search.Zh, b.Search.En...)...)}
		d.add(inName, b.Name.Zh, b.Name.En)
		d.add(inPlain, b.Plain.Zh, b.Plain.En)
		d.add(inSearch, b.Search.Zh...)
		d.add(inSearch, b.Search.En...)
		x.docs = append(x.docs, d)
	}
	for n := range x.docs {
		for t := range x.docs[n].terms {
			x.often[t]++
			x.docs[n].length += 1
		}
	}
	return x
}

// add takes texts in; a word counts once for the best place it stands in.
func (d *doc) add(weight float64, all ...string) {
	for _, s := range all {
		for _, t := range Terms(s) {
			d.terms[t] = max(d.terms[t], weight)
		}
	}
}

// MostQuery bounds a question, in characters; what is beyond it is not read.
const MostQuery = 200

// Find returns what answers a question, best first; nothing for a question without words.
func (x *Index) Find(question string) []Hit {
	if r := []rune(question); len(r) > MostQuery {
		question = string(r[:MostQuery])
	}
	terms := Terms(question)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	plain := squeeze(question)
	var mean float64
	for _, d := range x.docs {
		mean += d.length / float64(len(x.docs))
	}
	hits := []Hit{}
	for _, d := range x.docs {
		score := 0.0
		for _, t := range terms {
			if w := d.terms[t]; w > 0 {
				rare := math.Log(1 + (float64(len(x.docs)-x.often[t])+0.5)/(float64(x.often[t])+0.5))
				score += rare * w / (w + 0.6 + 0.6*d.length/mean)
			}
		}
		for _, name := range d.names { // said as people say it
			if n := squeeze(name); len([]rune(n)) > 1 && strings.Contains(plain, n) {
				score += 0.5 + 0.35*math.Sqrt(float64(len([]rune(n))))
			}
		}
		if d.bundle {
			score *= forBundles
		}
		if score > 0 {
			hits = append(hits, Hit{d.id, d.bundle, math.Round(score*1e6) / 1e6})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	for n, h := range hits { // a third of the best is noise
		if h.Score < hits[0].Score/3 {
			return hits[:n]
		}
	}
	return hits
}

// squeeze leaves letters and digits alone, small.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Terms are the words of a text: pairs of Chinese characters (one alone where it stands
// alone), and English words without their endings; words that say nothing are left out.
func Terms(s string) []string {
	var out []string
	var han, word []rune
	flush := func() {
		switch {
		case len(han) == 1:
			out = append(out, string(han))
		default:
			for i := 0; i+1 < len(han); i++ {
				if pair := string(han[i : i+2]); !empty[pair] {
					out = append(out, pair)
				}
			}
		}
		if w := stem(string(word)); len(w) > 1 && !empty[w] {
			out = append(out, w)
		}
		han, word = han[:0], word[:0]
	}
	for _, r := range s {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Han, r):
			if len(word) > 0 {
				flush()
			}
			han = append(han, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(han) > 0 {
				flush()
			}
			word = append(word, r)
		default:
			flush()
		}
	}
	flush()
	return out
}

// stem takes the commonest endings off an English word.
func stem(w string) string {
	for _, end := range []string{"ations", "ation", "ings", "ing", "ies", "ed", "es", "s"} {
		if rest, ok := strings.CutSuffix(w, end); ok && len(rest) >= 3 {
			switch end {
			case "ies":
				return rest + "y"
			case "s":
				if strings.HasSuffix(rest, "s") || strings.HasSuffix(rest, "u") {
					return w
				}
			}
			return strings.TrimSuffix(rest, "e")
		}
	}
	if len(w) > 3 {
		return strings.TrimSuffix(w, "e")
	}
	return w
}

// empty are words that say nothing about what is wanted.
var empty = map[string]bool{
	"怎么": true, "么办": true, "如何": true, "需要": true, "什么": true, "我想": true, "我要": true, "想要": true, "可以": true, "办理": true, "一下": true,
	"哪里": true, "去哪": true, "里办": true, "请问": true, "申请": true,
	"the": true, "to": true, "how": true, "do": true, "of": true, "in": true, "my": true, "for": true, "what": true, "and": true, "is": true, "can": true,
	"want": true, "need": true, "where": true, "get": true, "from": true, "an": true, "at": true, "on": true, "with": true, "it": true, "we": true, "me": true,
}
