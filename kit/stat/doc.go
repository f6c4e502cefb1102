// Package stat is the small statistics that judging a series needs: trend
// tests, lines, distributions and exponential smoothing. It knows numbers on an
// axis of years and nothing of plans, cities or targets.
//
//	MannKendall   is there a monotonic trend at all   Mann 1945, Kendall 1975
//	Sen           how steep, whatever the outliers    Theil 1950, Sen 1968, Gilbert 1987
//	Spearman      rank correlation with its p-value   Spearman 1904
//	OLS, WLS      a line and its prediction interval  any textbook
//	Smoothing     SES, Holt (linear, exponential,     Hyndman & Athanasopoulos,
//	              damped), Holt-Winters (both)        Forecasting: Principles and Practice, ch. 7
//	Pow           x^y to the last bit, also where     Dekker 1971, Shewchuk 1997
//	              growth is close to nothing
//
// Everything is a pure function: no clock, no random source, no rounding. The
// same input gives the same bits on every machine that follows IEEE 754. A
// question that has no answer (two values for a test that needs three) returns
// ok == false or a zero N, never a NaN.
//
//	mk := stat.MannKendall([]float64{31, 29, 28, 28, 27, 26}, 0.05)
//	if mk.Trend == stat.Decreasing { ... }
package stat
