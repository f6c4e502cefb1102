package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// tidy trims every kind of space, the ideographic one included, and writes
// full-width letters, digits and signs (１２３．５) in their common width.
func tidy(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
	for _, r := range s {
		if r >= 0xff01 && r <= 0xff5e && (unicode.IsDigit(r) || unicode.IsLetter(r) || strings.ContainsRune("．－＋，％＃", r)) && mostlyWide(s) {
			return width.Narrow.String(s)
		}
	}
	return s
}

// mostlyWide tells a figure typed in full width from a sentence of Chinese prose
// with a full-width comma in it, which must stay as written.
func mostlyWide(s string) bool {
	for _, r := range s {
		if r > 0x7f && (r < 0xff01 || r > 0xff5e) {
			return false
		}
	}
	return true
}

var (
	plainShape     = regexp.MustCompile(`^[+-]?(\d+(\.\d+)?|\.\d+)$`)
	thousandsShape = regexp.MustCompile(`^[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?$`)
	suffixShape    = regexp.MustCompile(`^([+-]?\d+(?:\.\d+)?) ?(万|亿|万亿|億|萬)$`)
)

// number reads a figure. A fault comes with its code and, where there is only
// one way to read the figure, with the way to write it.
func number(text string) (v float64, code, plain string) {
	text = strings.Map(func(r rune) rune {
		if r == '−' || r == '–' {
			return '-'
		}
		return r
	}, width.Narrow.String(text))
	switch {
	case plainShape.MatchString(text):
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(v, 0) || math.Abs(v) > 1e15 {
			return 0, "too-big", ""
		}
		return v, "", ""
	case thousandsShape.MatchString(text):
		return 0, "thousands", strings.NewReplacer(",", "", "'", "", " ", "").Replace(text)
	case strings.HasSuffix(text, "%"):
		return 0, "percent", strings.TrimSpace(strings.TrimSuffix(text, "%"))
	}
	if m := suffixShape.FindStringSubmatch(text); m != nil {
		factor := map[string]float64{"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "万亿": 1e12}[m[2]]
		v, err := strconv.ParseFloat(m[1], 64)
		if err == nil {
			return 0, "suffix", strconv.FormatFloat(math.Round(v*factor*1e6)/1e6, 'f', -1, 64)
		}
	}
	return 0, "number", ""
}
