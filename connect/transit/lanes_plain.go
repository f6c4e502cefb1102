//go:build !(goexperiment.simd && amd64)

package transit

func variants() []*variant { return []*variant{plain} }
