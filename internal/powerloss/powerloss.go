// Package powerloss makes kill -9 a loss of power: a file system for SQLite (VFS) that keeps what
// was written and not synchronised in the memory of the process, where a kill takes it, and lets
// it through to the file when SQLite asks for that (xSync). As with a disk, part of what was never
// synchronised may be there all the same: sectors of any write, in any order, at any time.
//
// It wraps the VFS of the system and becomes the default one, so that a program under test opens
// its databases as ever. Databases, their WAL and their journals are held back; locks, the shared
// memory of the WAL, which SQLite makes again after a crash, and the deletion of a file go through
// at once.
//
// For tests only. It is after "Crash and power-loss tests" of https://www.sqlite.org/testing.html §3.4.
package powerloss

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// sector is what a disk writes whole, bytes.
const sector = 512

// file is a file as SQLite sees it here: the head that SQLite knows, our number, and behind it the
// file of the system's VFS.
type file struct {
	methods uintptr
	shadow  uintptr // number of the shadow; 0: passed through
}

// shadow is the content of a file as the process sees it, and what of it the disk does not have.
type shadow struct {
	mu      sync.Mutex
	data    []byte
	pending []write
}

// write is one that was not synchronised; a nil data truncates to off.
type write struct {
	off  int64
	data []byte
}

var (
	base    uintptr // the system's VFS
	methods uintptr // ours, of files that are held back

	mu      sync.Mutex
	names   = map[string]uintptr{}
	shadows = map[uintptr]*shadow{}
	chance  *rand.Rand

	lies  atomic.Bool
	syncs atomic.Int64
)

// Lie makes a disk that says it has synchronised and has not, for a test of the test.
func Lie() { lies.Store(true) }

// Syncs is how often something was synchronised.
func Syncs() int64 { return syncs.Load() }

// at is what lies at an address.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// fn is a function by its address.
func fn[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ p uintptr }{p})) }

// address is that of a function.
func address[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }

const head = unsafe.Sizeof(file{})

// behind is the system's file behind ours.
func behind(f uintptr) uintptr { return f + head }

// theirs are the methods of the system's file.
func theirs(f uintptr) *sqlite3.Tsqlite3_io_methods {
	return at[sqlite3.Tsqlite3_io_methods](at[file](behind(f)).methods)
}

// Install makes every database that is opened from here on lose what is not synchronised when the
// process is killed. seed chooses what is on the disk all the same.
func Install(seed uint64) error {
	mu.Lock()
	defer mu.Unlock()
	if base != 0 {
		return nil
	}
	chance = rand.New(rand.NewPCG(seed, 3))
	tls := libc.NewTLS()
	if base = sqlite3.Xsqlite3_vfs_find(tls, 0); base == 0 {
		return fmt.Errorf("powerloss: SQLite has no VFS")
	}
	name, err := libc.CString("powerloss")
	if err != nil {
		return fmt.Errorf("powerloss: %w", err)
	}
	v := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	methods = libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	if v == 0 || methods == 0 {
		return fmt.Errorf("powerloss: no memory")
	}
	ours := at[sqlite3.Tsqlite3_vfs](v)
	*ours = *at[sqlite3.Tsqlite3_vfs](base)
	ours.FpNext, ours.FzName = 0, name
	ours.FszOsFile += int32(head)
	ours.FxOpen, ours.FxDelete = address(open), address(remove)
	*at[sqlite3.Tsqlite3_io_methods](methods) = sqlite3.Tsqlite3_io_methods{FiVersion: 2, // no mapped memory
		FxClose: address(shut), FxRead: address(read), FxWrite: address(put), FxTruncate: address(truncate), FxSync: address(synchronise), FxFileSize: address(size),
		FxLock: address(lock), FxUnlock: address(unlock), FxCheckReservedLock: address(reserved), FxFileControl: address(control),
		FxSectorSize: address(sectorSize), FxDeviceCharacteristics: address(characteristics),
		FxShmMap: address(shmMap), FxShmLock: address(shmLock), FxShmBarrier: address(shmBarrier), FxShmUnmap: address(shmUnmap)}
	if rc := sqlite3.Xsqlite3_vfs_register(tls, v, 1); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("powerloss: SQLite says %d", rc)
	}
	return nil
}

type (
	opener   = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	transfer = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
)

const heldBack = sqlite3.SQLITE_OPEN_MAIN_DB | sqlite3.SQLITE_OPEN_WAL | sqlite3.SQLITE_OPEN_MAIN_JOURNAL

// open is xOpen. Every file goes through our methods, whose state a zero shadow passes on.
func open(tls *libc.TLS, _, name, f uintptr, flags int32, out uintptr) int32 {
	*at[file](f) = file{}
	if rc := fn[opener](at[sqlite3.Tsqlite3_vfs](base).FxOpen)(tls, base, name, behind(f), flags, out); rc != sqlite3.SQLITE_OK {
		return rc
	}
	at[file](f).methods = methods
	if name == 0 || flags&heldBack == 0 {
		return sqlite3.SQLITE_OK
	}
	mu.Lock()
	defer mu.Unlock()
	path := libc.GoString(name)
	n, known := names[path]
	if !known {
		s := new(shadow)
		if rc := s.load(tls, f); rc != sqlite3.SQLITE_OK {
			return rc
		}
		n = uintptr(len(shadows) + 1)
		names[path], shadows[n] = n, s
	}
	at[file](f).shadow = n
	return sqlite3.SQLITE_OK
}

// load reads what the disk has.
func (s *shadow) load(tls *libc.TLS, f uintptr) int32 {
	n := libc.Xmalloc(tls, 8)
	defer libc.Xfree(tls, n)
	if rc := fn[func(*libc.TLS, uintptr, uintptr) int32](theirs(f).FxFileSize)(tls, behind(f), n); rc != sqlite3.SQLITE_OK {
		return rc
	}
	length := *at[int64](n)
	if length == 0 {
		return sqlite3.SQLITE_OK
	}
	buf := libc.Xmalloc(tls, libc.Tsize_t(length))
	defer libc.Xfree(tls, buf)
	if rc := fn[transfer](theirs(f).FxRead)(tls, behind(f), buf, int32(length), 0); rc != sqlite3.SQLITE_OK {
		return rc
	}
	s.data = bytes.Clone(libc.GoBytes(buf, int(length)))
	return sqlite3.SQLITE_OK
}

func of(f uintptr) *shadow {
	n := at[file](f).shadow
	if n == 0 {
		return nil
	}
	mu.Lock()
	defer mu.Unlock()
	return shadows[n]
}

// remove is xDelete: it goes through at once.
func remove(tls *libc.TLS, _, name uintptr, sync int32) int32 {
	mu.Lock()
	if n, known := names[libc.GoString(name)]; known {
		s := shadows[n]
		s.mu.Lock()
		s.data, s.pending = nil, nil
		s.mu.Unlock()
	}
	mu.Unlock()
	return fn[func(*libc.TLS, uintptr, uintptr, int32) int32](at[sqlite3.Tsqlite3_vfs](base).FxDelete)(tls, base, name, sync)
}

func read(tls *libc.TLS, f, buf uintptr, n int32, off int64) int32 {
	s := of(f)
	if s == nil {
		return fn[transfer](theirs(f).FxRead)(tls, behind(f), buf, n, off)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to := unsafe.Slice(at[byte](buf), n)
	have := 0
	if off < int64(len(s.data)) {
		have = copy(to, s.data[off:])
	}
	clear(to[have:])
	if have < int(n) {
		return sqlite3.SQLITE_IOERR_SHORT_READ
	}
	return sqlite3.SQLITE_OK
}

// put is xWrite.
func put(tls *libc.TLS, f, buf uintptr, n int32, off int64) int32 {
	s := of(f)
	if s == nil {
		return fn[transfer](theirs(f).FxWrite)(tls, behind(f), buf, n, off)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	data := bytes.Clone(libc.GoBytes(buf, int(n)))
	if end := int(off) + len(data); end > len(s.data) {
		s.data = append(s.data, make([]byte, end-len(s.data))...)
	}
	copy(s.data[off:], data)
	s.pending = append(s.pending, write{off, data})
	return s.leak(tls, f)
}

// leak lets a sector of something that was not synchronised onto the disk, now and then.
func (s *shadow) leak(tls *libc.TLS, f uintptr) int32 {
	mu.Lock()
	draw, which, where := chance.IntN(4), chance.IntN(len(s.pending)), chance.IntN(1<<20)
	mu.Unlock()
	w := s.pending[which]
	if draw > 0 || len(w.data) == 0 {
		return sqlite3.SQLITE_OK
	}
	for _, later := range s.pending {
		if later.data == nil {
			return sqlite3.SQLITE_OK // a file that is yet to become shorter
		}
	}
	from := where % ((len(w.data)-1)/sector + 1) * sector
	return store(tls, f, write{w.off + int64(from), w.data[from:min(from+sector, len(w.data))]})
}

// store writes to the disk.
func store(tls *libc.TLS, f uintptr, w write) int32 {
	if w.data == nil {
		return fn[func(*libc.TLS, uintptr, int64) int32](theirs(f).FxTruncate)(tls, behind(f), w.off)
	}
	if len(w.data) == 0 {
		return sqlite3.SQLITE_OK
	}
	buf := libc.Xmalloc(tls, libc.Tsize_t(len(w.data)))
	defer libc.Xfree(tls, buf)
	copy(unsafe.Slice(at[byte](buf), len(w.data)), w.data)
	return fn[transfer](theirs(f).FxWrite)(tls, behind(f), buf, int32(len(w.data)), w.off)
}

func truncate(tls *libc.TLS, f uintptr, n int64) int32 {
	s := of(f)
	if s == nil {
		return fn[func(*libc.TLS, uintptr, int64) int32](theirs(f).FxTruncate)(tls, behind(f), n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < int64(len(s.data)) {
		s.data = s.data[:n:n]
	}
	s.pending = append(s.pending, write{n, nil})
	return sqlite3.SQLITE_OK
}

// synchronise is xSync: everything is on the disk when it returns. The system's own is not called:
// a kill leaves what the system was given.
func synchronise(tls *libc.TLS, f uintptr, _ int32) int32 {
	s := of(f)
	if s == nil {
		return sqlite3.SQLITE_OK
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	syncs.Add(1)
	if lies.Load() {
		return sqlite3.SQLITE_OK
	}
	for i, w := range s.pending {
		if rc := store(tls, f, w); rc != sqlite3.SQLITE_OK {
			s.pending = s.pending[i:]
			return rc
		}
	}
	s.pending = nil
	return sqlite3.SQLITE_OK
}

func size(tls *libc.TLS, f, to uintptr) int32 {
	s := of(f)
	if s == nil {
		return fn[func(*libc.TLS, uintptr, uintptr) int32](theirs(f).FxFileSize)(tls, behind(f), to)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*at[int64](to) = int64(len(s.data))
	return sqlite3.SQLITE_OK
}
