package transit

import "encoding/binary"

// bytewise is what a Reducer does with states, in one set of instructions.
type bytewise struct {
	name  string
	above func(a, b *narrow) uint64 // the lanes in which a is more than b
	lift  func(a, b *narrow)        // raises a to b
}

var plainBytes = bytewise{"plain", above64, lift64}

// What follows compares eight lanes of a narrow at a time, in a word (Warren, Hacker's
// Delight, 2-18): the highest bit of each byte says yes.
const highs = 0x8080808080808080

// least8 tells of each byte of a whether it is at least that of b.
func least8(a, b uint64) uint64 {
	return (a&^b | ^(a^b)&(a|highs-b&^highs)) & highs
}

// bits8 gathers the highest bits of the bytes.
func bits8(yes uint64) uint64 { return (yes >> 7 * 0x0102040810204080) >> 56 }

func word(n *narrow, i int) uint64 { return binary.LittleEndian.Uint64(n[8*i:]) }

// above64 are the lanes in which a is more than b.
func above64(a, b *narrow) (who uint64) {
	for i := range Wide / 8 {
		x, y := word(a, i), word(b, i)
		if yes := least8(y, x) ^ highs; yes != 0 {
			who |= bits8(yes) << (8 * i)
		}
	}
	return who
}

// lift64 raises a to b.
func lift64(a, b *narrow) {
	for i := range Wide / 8 {
		x, y := word(a, i), word(b, i)
		more := (least8(x, y) >> 7) * 0xff
		binary.LittleEndian.PutUint64(a[8*i:], x&more|y&^more)
	}
}
