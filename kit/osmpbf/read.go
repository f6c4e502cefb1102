package osmpbf

import (
	"context"
	"io"
	"runtime"
)

// Options says what to read; the zero value reads everything but Info.
type Options struct {
	Nodes, Ways, Relations Filter

	// Info decodes version, time, changeset and user of each element.
	Info bool

	// Header, if given, sees the header before the first block and may refuse it.
	Header func(*Header) error

	// Workers is how many blocks are decoded at once; 0 means one per core
	// (GOMAXPROCS).
	Workers int

	// Memory bounds the buffers in flight, in bytes; 0 means 512 MiB. See the
	// package comment for what it promises.
	Memory int64

	// Unsorted makes ReadAt unpack all blocks. Otherwise it believes a header
	// that says Sort.Type_then_ID and looks up, rather than reads, where the
	// kinds that are wanted begin and end. A file that lies loses elements then;
	// it is found out (ErrUnsorted) only where the disorder is in what was read.
	Unsorted bool
}

// Filter says which elements of a kind are wanted.
type Filter struct {
	// Skip leaves all of them out, without decoding them.
	Skip bool

	// Key, if given, leaves out elements that have no tag with a key for which
	// it returns true. It is asked at most once per block and key, and from
	// several goroutines at once.
	Key func(key string) bool
}

const defaultMemory = 512 << 20

// Read reads a file from its first byte and calls visit for each block, in the
// order of the file and from the goroutine that called Read. An error of visit
// ends the reading and is returned as it is; an end of ctx returns its cause.
// Read returns when all goroutines it has started have ended, which includes a
// pending call of r.Read.
func Read(ctx context.Context, r io.Reader, o Options, visit func(*Block) error) (*Header, error) {
	p := pipe{o: o, src: stream{r: r}, visit: visit}
	return p.read(ctx, nil)
}

// ReadAt is Read for a file that can be read at any place. Where the header says
// that the file is sorted and a kind at its beginning or end is not wanted, it
// does not read that part at all.
func ReadAt(ctx context.Context, r io.ReaderAt, size int64, o Options, visit func(*Block) error) (*Header, error) {
	p := pipe{o: o, src: stream{r: io.NewSectionReader(r, 0, size)}, visit: visit}
	if o.Unsorted || !o.Nodes.Skip && !o.Relations.Skip {
		return p.read(ctx, nil)
	}
	return p.read(ctx, &search{r: r, size: size, o: &p.o})
}

// read reads the header and then the blocks, or those of them that s finds.
func (p *pipe) read(ctx context.Context, s *search) (*Header, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if p.o.Workers <= 0 {
		p.o.Workers = runtime.GOMAXPROCS(0)
	}
	if p.o.Memory <= 0 {
		p.o.Memory = defaultMemory
	}
	var u unpacker
	h, err := readHeader(&p.src, &u)
	u.close()
	if err != nil {
		return nil, err
	}
	if p.o.Header != nil {
		if err := p.o.Header(h); err != nil {
			return h, err
		}
	}
	if s != nil && h.Sorted() {
		if err := p.narrow(ctx, s); err != nil {
			return h, err
		}
	}
	return h, p.run(ctx)
}
