// Package forecast projects a series to the target date.
package forecast
