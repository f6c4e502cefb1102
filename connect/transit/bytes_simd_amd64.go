//go:build goexperiment.simd && amd64

package transit

import "simd/archsimd"

// The comparisons of bytes.go in vector instructions.

func bytewises() []bytewise {
	if archsimd.X86.AVX512() {
		return []bytewise{{"AVX-512", aboveAVX512, liftAVX512}, plainBytes}
	}
	return []bytewise{plainBytes}
}

func aboveAVX512(a, b *narrow) uint64 {
	return archsimd.LoadUint8x64((*[Wide]uint8)(a)).Greater(archsimd.LoadUint8x64((*[Wide]uint8)(b))).ToBits()
}

func liftAVX512(a, b *narrow) {
	x := (*[Wide]uint8)(a)
	archsimd.LoadUint8x64(x).Max(archsimd.LoadUint8x64((*[Wide]uint8)(b))).Store(x)
}
