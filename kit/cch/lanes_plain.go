//go:build !(goexperiment.simd && amd64)

package cch

// variants lists the kernels this build and machine can run, the best first.
func variants[T Lane]() []*kernels[T] { return []*kernels[T]{plain[T]()} }
