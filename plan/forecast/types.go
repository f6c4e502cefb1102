package forecast

// Forecast is a projection to a day with its uncertainty and its record.
type Forecast struct {
	Model       string     `json:"model"`              // drift | linear | holt | holt-damped | ses | milestones
	Why         string     `json:"why,omitempty"`      // code when there is none: too-few-values, ...
	Fan         []FanPoint `json:"fan"`                // from the last value to the target date
	Probability *float64   `json:"probability"`        // of reaching the accepted target value by its date
	Backtest    *Backtest  `json:"backtest"`           // nil when the series is too short
	N           int        `json:"n"`                  // values it was fitted on
	Modelled    []string   `json:"modelled,omitempty"` // codes of assumptions made
}

// FanPoint is the predictive distribution at a time.
type FanPoint struct {
	T    float64 `json:"t"`
	Mean float64 `json:"mean"`
	Lo80 float64 `json:"lo80"`
	Hi80 float64 `json:"hi80"`
	Lo95 float64 `json:"lo95"`
	Hi95 float64 `json:"hi95"`
}

// Backtest is the rolling-origin error of the chosen model on the series.
type Backtest struct {
	Origins  int     `json:"origins"`
	MAE      float64 `json:"mae"`      // mean absolute error, in the indicator's unit
	MASE     float64 `json:"mase"`     // scaled by the naive forecast's error (Hyndman & Koehler 2006)
	Coverage float64 `json:"coverage"` // share of outcomes inside the 80% interval
}
