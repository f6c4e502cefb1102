//go:build !(goexperiment.simd && amd64)

package transit

func bytewises() []bytewise { return []bytewise{plainBytes} }
