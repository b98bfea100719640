package number

import (
	"errors"
	"math/big"
)

// Exact works terms out in fractions, within bounds.
type Exact struct {
	Bits  int // most bits of a numerator or denominator
	Power int // largest exponent, without its sign
}

// Errors of [Exact.Do].
var (
	ErrSize = errors.New("too large to be worked out")
	ErrZero = errors.New("a division by zero")
)

// Do is one operation: + - * /, // for the whole number below the quotient, or ** with a whole
// exponent.
func (e Exact) Do(operator string, v, w *big.Rat) (*big.Rat, error) {
	z := new(big.Rat)
	switch operator {
	case "+":
		z.Add(v, w)
	case "-":
		z.Sub(v, w)
	case "*":
		z.Mul(v, w)
	case "**":
		return e.power(v, w)
	default:
		if w.Sign() == 0 {
			return nil, ErrZero
		}
		z.Quo(v, w)
	}
	if operator == "//" {
		z.SetInt(new(big.Int).Div(z.Num(), z.Denom()))
	}
	if z.Num().BitLen() > e.Bits || z.Denom().BitLen() > e.Bits {
		return nil, ErrSize
	}
	return z, nil
}

func (e Exact) power(v, n *big.Rat) (z *big.Rat, err error) {
	if !n.IsInt() || n.Num().BitLen() > 16 {
		return nil, ErrSize
	}
	times := n.Num().Int64()
	if times < 0 {
		if v.Sign() == 0 {
			return nil, ErrZero
		}
		v, times = new(big.Rat).Inv(v), -times
	}
	if times > int64(e.Power) {
		return nil, ErrSize
	}
	z = big.NewRat(1, 1)
	for range times {
		if z, err = e.Do("*", z, v); err != nil {
			return nil, err
		}
	}
	return z, nil
}
