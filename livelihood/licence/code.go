package licence

import "strings"

// SoundCode tells whether a code has the form of its kind, where the form of that kind is
// checked (KindCitizen, KindCredit), and whether the kind is one of Kinds.
func SoundCode(kind, code string) bool {
	for _, k := range Kinds {
		if k != kind {
			continue
		}
		switch kind {
		case KindCitizen:
			return citizen(code)
		case KindCredit:
			return len(code) == 18 && strings.Trim(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
		}
		return code != ""
	}
	return false
}
