package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// NormalCDF is the standard normal distribution function.
func NormalCDF(z float64) float64 { return distuv.UnitNormal.CDF(z) }

// NormalQuantile is the inverse of NormalCDF for 0 < p < 1.
func NormalQuantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }

// StudentCDF is Student's t distribution function with df > 0 degrees of freedom.
func StudentCDF(t, df float64) float64 {
	switch {
	case math.IsInf(t, 1):
		return 1
	case math.IsInf(t, -1):
		return 0
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.CDF(t)
}

// StudentQuantile is the inverse of StudentCDF for 0 < p < 1.
func StudentQuantile(p, df float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p)
}

// normalTails is the chance that |Z| exceeds |z|. It goes through erfc, which
// keeps its digits where 1-CDF has none left.
func normalTails(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// studentTails is the chance that |T| exceeds |t|.
func studentTails(t, df float64) float64 {
	if math.IsInf(t, 0) {
		return 0
	}
	return 2 * StudentCDF(-math.Abs(t), df)
}
