//go:build !(goexperiment.simd && amd64)

package transit

func countVariants() []*countVariant { return []*countVariant{plainCount} }
