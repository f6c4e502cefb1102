// Package raster reads GeoTIFF: elevation and population on a grid of pixels.
//
// It reads TIFF 6.0 and BigTIFF in both byte orders; strips and tiles; one band of
// one or several, stored together or apart; whole numbers of 8, 16 and 32 bits and
// floating point of 32 and 64; without compression or with LZW, Deflate, PackBits
// and Zstandard; with the predictors for whole numbers and for floating point (TIFF
// Technical Note 3). Places come from GeoTIFF 1.1 (OGC 19-008r4): a pixel scale with
// a tiepoint or a matrix without rotation, in longitude and latitude of WGS 84 (EPSG
// 4326) or CGCS2000 (4490, within centimetres of it), or in a UTM zone of WGS 84
// (326zz, 327zz). The value that stands for none is GDAL's tag 42113. Everything
// else is refused by name: *UnsupportedError.
//
// Pixels are counted from the upper left; values are float64 and none is NaN. A file
// may be of any size: blocks are decoded when they are asked for and the last used
// are kept, in 64 MiB. A block has at most 16 million pixels. What does not hold
// together is an *Error with the byte offset; bytes of strangers cause neither panics
// nor unbounded memory.
//
// A Raster may be used from several goroutines.
package raster
