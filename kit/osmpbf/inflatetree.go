package osmpbf

// What the symbols of RFC 1951, 3.2.5 stand for.
var (
	lengthBase = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthBits = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	offBase    = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	offExtra   = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}

	// preOrder is the order in which lengths of lengths are given (3.2.7).
	preOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

func litSymbol(s int) entry {
	switch {
	case s < 256:
		return isLiteral | entry(s)<<16
	case s == 256:
		return isEnd
	case s < maxLit:
		return entry(lengthBase[s-257])<<16 | entry(lengthBits[s-257])
	}
	return isSpecial // 286 and 287 have codes in a fixed block and mean nothing
}

func offSymbol(s int) entry {
	if s < maxOff {
		return entry(offBase[s])<<16 | entry(offExtra[s])
	}
	return isSpecial
}

func preSymbol(s int) entry { return entry(s) << 16 }

// fixed makes the tables of 3.2.6.
func (z *inflater) fixed() {
	var lens [288]uint8
	for s := range lens {
		switch {
		case s < 144:
			lens[s] = 8
		case s < 256:
			lens[s] = 9
		case s < 280:
			lens[s] = 7
		default:
			lens[s] = 8
		}
	}
	table(z.lit[:], litBits, lens[:], litSymbol, z.sorted[:])
	for s := range 32 {
		lens[s] = 5
	}
	table(z.off[:], offBits, lens[:32], offSymbol, z.sorted[:])
}

// dynamic reads the lengths of codes and makes the tables (3.2.7).
func (z *inflater) dynamic() error {
	z.fill()
	lits, offs, pres := int(z.take(5))+257, int(z.take(5))+1, int(z.take(4))+4
	if lits > maxLit || offs > maxOff {
		return errTree
	}
	var pre [19]uint8
	for _, s := range preOrder[:pres] {
		z.fill()
		pre[s] = uint8(z.take(3))
	}
	if !table(z.pre[:], preBits, pre[:], preSymbol, z.sorted[:]) {
		return z.early(errTree)
	}
	lens := z.lens[:lits+offs]
	for i := 0; i < len(lens); {
		z.fill()
		e := z.pre[z.buf&(1<<preBits-1)]
		if e&isSpecial != 0 {
			return z.early(errCode)
		}
		z.take(e.all())
		if z.over() {
			return errEarly
		}
		s, again := uint8(e>>16), uint(1)
		switch s {
		case 16:
			if i == 0 {
				return errTree
			}
			s, again = lens[i-1], 3+z.take(2)
		case 17:
			s, again = 0, 3+z.take(3)
		case 18:
			s, again = 0, 11+z.take(7)
		}
		if int(again) > len(lens)-i {
			return errTree
		}
		for range again {
			lens[i] = s
			i++
		}
	}
	if !table(z.lit[:], litBits, lens[:lits], litSymbol, z.sorted[:]) ||
		!table(z.off[:], offBits, lens[lits:], offSymbol, z.sorted[:]) {
		return z.early(errTree)
	}
	return nil
}
