package roll

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"conurb/livelihood/licence"
)

var days = regexp.MustCompile(`^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))$`)

// value writes a cell as licence.ReadDraft reads it; what is no such value stays as it is, and
// is refused there.
func value(form, text string) string {
	plain := norm.NFKC.String(text)
	switch form {
	case licence.FormDay:
		if m := days.FindStringSubmatch(strings.TrimSuffix(plain, " 00:00:00")); m != nil {
			return m[1] + "-" + two(m[2]+m[4]) + "-" + two(m[3]+m[5])
		}
	case licence.FormYesNo:
		switch strings.ToLower(plain) {
		case "是", "有", "yes", "y", "true", "1":
			return "true"
		case "否", "无", "no", "n", "false", "0":
			return "false"
		}
	case licence.FormNumber:
		return plain
	}
	return text
}

func two(digits string) string { return strings.Repeat("0", 2-len(digits)) + digits }

// items are those of a list in one cell.
func items(text string) []string {
	var list []string
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、；;，,\n", r) }) {
		if item = tidy(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
