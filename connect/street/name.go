package street

import "strings"

// The bits of Graph.EdgeFlags.
const (
	FlagRoundabout uint8 = 1 << iota // junction=roundabout or circular
	FlagLink                         // a slip road: highway=*_link
	FlagFerry
	FlagBridge
	FlagTunnel
	FlagPush // the vehicle is pushed, in one direction at least
)

// flags are those of a way.
func flags(tags Tags, rule Rule) uint8 {
	var f uint8
	set := func(on bool, bit uint8) {
		if on {
			f |= bit
		}
	}
	junction := tags.Get("junction")
	set(junction == "roundabout" || junction == "circular", FlagRoundabout)
	set(strings.HasSuffix(tags.Get("highway"), "_link"), FlagLink)
	set(rule.Ferry, FlagFerry)
	set(there(tags.Get("bridge")), FlagBridge)
	set(there(tags.Get("tunnel")), FlagTunnel)
	set(rule.Forward.Push || rule.Backward.Push, FlagPush)
	return f
}

// there tells whether a tag says that something is there, of whatever kind
// (bridge=viaduct, tunnel=building_passage).
func there(value string) bool { return value != "" && value != "no" }

// names is the table of the words that ways carry.
type names struct {
	index map[string]int32
	own   []string // as they are written; "" is the first
	en    []string // the same in English; "" where no way says
}

func newNames() names { return names{map[string]int32{"": 0}, []string{""}, []string{""}} }

// add gives the number of a name and remembers its English form, the first that
// is met. What is handed over may be used again by the source: it is copied.
func (n *names) add(own, en string) int32 {
	i, ok := n.index[own]
	if !ok {
		i = int32(len(n.own))
		name := line(own)
		n.index[strings.Clone(own)] = i
		n.own, n.en = append(n.own, name), append(n.en, "")
	}
	if i > 0 && en != "" && n.en[i] == "" {
		n.en[i] = line(en)
	}
	return i
}

// line is a copy of a name on one line, without control characters.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return r < ' ' || r == 0x7f || r == ' ' }), " ")
}

// title is what a way is called: its name, and its number where it has one. A way
// without a name is called by its number.
func (n *names) title(tags Tags) (name, ref int32) {
	number := strings.ReplaceAll(tags.Get("ref"), ";", " / ")
	ref = n.add(number, "")
	if own := tags.Get("name"); own != "" {
		return n.add(own, tags.Get("name:en")), ref
	}
	return ref, ref
}
