// Package progress judges a series against a target by published methods.
package progress
