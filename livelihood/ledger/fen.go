package ledger

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fen is an amount of money in hundredths of a yuan.
type Fen int64

// ErrOverflow is a sum that is no int64.
var ErrOverflow = errors.New("ledger: the sum is too large")

// ErrAmount is a text that is no amount.
var ErrAmount = errors.New("not an amount like 1234.50")

// Plus adds, or tells that the sum is too large.
func (f Fen) Plus(o Fen) (Fen, error) {
	if o > 0 && f > math.MaxInt64-o || o < 0 && f < math.MinInt64-o {
		return 0, ErrOverflow
	}
	return f + o, nil
}

// Minus subtracts, or tells that the difference is too large.
func (f Fen) Minus(o Fen) (Fen, error) {
	if o < 0 && f > math.MaxInt64+o || o > 0 && f < math.MinInt64+o {
		return 0, ErrOverflow
	}
	return f - o, nil
}

// Sum adds all, or tells that a sum on the way is too large.
func Sum(list ...Fen) (sum Fen, err error) {
	for _, f := range list {
		if sum, err = sum.Plus(f); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Permille is a share of an amount in thousandths, rounded half away from zero to the fen.
func (f Fen) Permille(n int64) (Fen, error) {
	if n == 0 || f == 0 {
		return 0, nil
	}
	if n < 0 || f < 0 || int64(f) > (math.MaxInt64-500)/n {
		return 0, ErrOverflow
	}
	return Fen((int64(f)*n + 500) / 1000), nil
}

// String is the amount in yuan: "1234.50".
func (f Fen) String() string {
	sign, n := "", uint64(f)
	if f < 0 {
		sign, n = "-", -uint64(f)
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// ParseFen reads an amount in yuan with at most two decimals: "1234.5", "-0.01".
func ParseFen(s string) (Fen, error) {
	rest, negative := strings.CutPrefix(s, "-")
	whole, part, dot := strings.Cut(rest, ".")
	digits := func(t string) bool { return t != "" && strings.Trim(t, "0123456789") == "" }
	if !digits(whole) || dot && !digits(part) || len(part) > 2 {
		return 0, fmt.Errorf("%q: %w", s, ErrAmount)
	}
	if negative {
		whole = "-" + whole
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", s, ErrAmount)
	}
	return Fen(n), nil
}
