// Package region embeds the region packs that come with the program.
package region

import (
	"embed"
	"io/fs"
)

// ID is the id of the pack that CZT returns.
const ID = "czt"

//go:embed all:czt
var packs embed.FS

// CZT returns the pack of Changsha-Zhuzhou-Xiangtan (长株潭都市圈).
func CZT() fs.FS {
	sub, err := fs.Sub(packs, "czt")
	if err != nil {
		panic(err) // the folder is embedded: a fault is one of the build
	}
	return sub
}
