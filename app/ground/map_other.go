//go:build !unix

package ground

import "os"

// load reads a file; on this system it is not mapped.
func load(path string) ([]byte, error) { return os.ReadFile(path) }
