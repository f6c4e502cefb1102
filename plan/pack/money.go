package pack

import "math/big"

// fen turns decimal yuan into whole fen without rounding; ok is false for what is
// no whole number of fen, not positive, or above ten trillion yuan.
func fen(yuan string) (n int64, ok bool) {
	r, ok := new(big.Rat).SetString(yuan)
	if !ok {
		return 0, false
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() || r.Sign() <= 0 || r.Num().BitLen() > 50 {
		return 0, false
	}
	return r.Num().Int64(), true
}
