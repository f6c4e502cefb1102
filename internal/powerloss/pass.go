package powerloss

import (
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// The methods that go through to the system's file.

type one = func(*libc.TLS, uintptr) int32
type two = func(*libc.TLS, uintptr, int32) int32

func shut(tls *libc.TLS, f uintptr) int32 { return fn[one](theirs(f).FxClose)(tls, behind(f)) }

func lock(tls *libc.TLS, f uintptr, kind int32) int32 {
	return fn[two](theirs(f).FxLock)(tls, behind(f), kind)
}

func unlock(tls *libc.TLS, f uintptr, kind int32) int32 {
	return fn[two](theirs(f).FxUnlock)(tls, behind(f), kind)
}

func reserved(tls *libc.TLS, f, out uintptr) int32 {
	return fn[func(*libc.TLS, uintptr, uintptr) int32](theirs(f).FxCheckReservedLock)(tls, behind(f), out)
}

// control passes on all but what would make the system's file longer than it is, or map it.
func control(tls *libc.TLS, f uintptr, op int32, arg uintptr) int32 {
	switch op {
	case sqlite3.SQLITE_FCNTL_SIZE_HINT, sqlite3.SQLITE_FCNTL_CHUNK_SIZE, sqlite3.SQLITE_FCNTL_MMAP_SIZE:
		return sqlite3.SQLITE_NOTFOUND
	}
	return fn[func(*libc.TLS, uintptr, int32, uintptr) int32](theirs(f).FxFileControl)(tls, behind(f), op, arg)
}

// sectorSize and characteristics promise nothing: no sector larger than the least, no write whole.
func sectorSize(*libc.TLS, uintptr) int32      { return sector }
func characteristics(*libc.TLS, uintptr) int32 { return 0 }

func shmMap(tls *libc.TLS, f uintptr, region, size, extend int32, to uintptr) int32 {
	return fn[func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32](theirs(f).FxShmMap)(tls, behind(f), region, size, extend, to)
}

func shmLock(tls *libc.TLS, f uintptr, offset, n, flags int32) int32 {
	return fn[func(*libc.TLS, uintptr, int32, int32, int32) int32](theirs(f).FxShmLock)(tls, behind(f), offset, n, flags)
}

func shmBarrier(tls *libc.TLS, f uintptr) {
	fn[func(*libc.TLS, uintptr)](theirs(f).FxShmBarrier)(tls, behind(f))
}

func shmUnmap(tls *libc.TLS, f uintptr, remove int32) int32 {
	return fn[two](theirs(f).FxShmUnmap)(tls, behind(f), remove)
}
