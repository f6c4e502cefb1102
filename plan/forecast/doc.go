// Package forecast projects a series to the day its target is due: a
// distribution, the probability of reaching the target, and how well the same
// procedure would have done on this series so far.
//
// Fit chooses among five models by rolling-origin error, the simplest first
// where they tie:
//
//	drift        random walk with drift                        from 4 values
//	linear       least-squares line
//	ses          simple exponential smoothing                  from 6
//	holt         Holt's linear trend                           from 8
//	holt-damped  the same with a trend that fades              from 10
//
// Values may be spaced unevenly: the axis is years, and smoothing constants are
// stretched to the gap (Wright 1986). Intervals are Student's t on the model's
// own variance, widened where the backtest was worse than the model claims; they
// are never narrowed. Rolling origins stop at the last eight, smoothing constants
// come from a fixed coarse grid: ten thousand series take about half a second.
//
// Milestones is for what opens on a day: the exact distribution of a total to
// which each pending work adds its amount if it opens in time, with the chance
// of that from the delays of finished works.
//
// There is no random number in it. Everything assumed is listed in
// Forecast.Modelled (texts forecast.modelled.<code>). The formulae, a worked
// example and what it misreads are in docs/methods/en/forecast.md; sources:
// Hyndman & Athanasopoulos, Forecasting: Principles and Practice; Hyndman &
// Koehler 2006 (MASE); Tashman 2000 (rolling origins).
package forecast
