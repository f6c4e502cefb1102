package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
)

const (
	heldBytes = 4 << 20 // answers up to this size are held back to be tagged
	worthZip  = 1024    // smaller ones are sent as they are
)

var zippers = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, 5); return z }}

// deliver tags answers by their bytes, answers 304 to who has them already, and
// compresses. An answer too large to hold goes out as it comes, without a tag.
func (s *server) deliver(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := &delivery{w: w, r: r, status: http.StatusOK}
		next.ServeHTTP(d, r)
		d.finish()
	})
}

type delivery struct {
	w      http.ResponseWriter
	r      *http.Request
	status int
	held   bytes.Buffer
	zip    *gzip.Writer
	sent   bool // the header has gone out
}

func (d *delivery) Header() http.Header { return d.w.Header() }

func (d *delivery) WriteHeader(status int) { d.status = status }

func (d *delivery) Unwrap() http.ResponseWriter { return d.w }

func (d *delivery) Write(b []byte) (int, error) {
	if !d.sent {
		if d.held.Len()+len(b) <= heldBytes {
			return d.held.Write(b)
		}
		d.send()
	}
	return d.out(b)
}

func (d *delivery) out(b []byte) (int, error) {
	if d.zip != nil {
		return d.zip.Write(b)
	}
	return d.w.Write(b)
}

// send starts the answer with what was held so far.
func (d *delivery) send() {
	h := d.Header()
	if h.Get("Content-Type") == "" && d.held.Len() > 0 {
		h.Set("Content-Type", http.DetectContentType(d.held.Bytes()))
	}
	h.Add("Vary", "Accept-Encoding, Accept-Language")
	if d.zippable() {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		d.zip = zippers.Get().(*gzip.Writer)
		d.zip.Reset(d.w)
	}
	d.sent = true
	d.w.WriteHeader(d.status)
	d.out(d.held.Bytes())
}

func (d *delivery) zippable() bool {
	if d.held.Len() < worthZip || d.Header().Get("Content-Encoding") != "" || d.r.Method == http.MethodHead ||
		!strings.Contains(d.r.Header.Get("Accept-Encoding"), "gzip") {
		return false
	}
	kind := d.Header().Get("Content-Type")
	for _, k := range []string{"text/", "json", "yaml", "javascript", "svg", "vector-tile", "wasm"} {
		if strings.Contains(kind, k) {
			return true
		}
	}
	return false
}

func (d *delivery) finish() {
	if !d.sent {
		if d.status == http.StatusOK && (d.r.Method == http.MethodGet || d.r.Method == http.MethodHead) {
			sum := sha256.Sum256(d.held.Bytes())
			// weak, since the same answer goes out compressed and plain (RFC 9110 §8.8.1)
			tag := `W/"` + hex.EncodeToString(sum[:16]) + `"`
			d.Header().Set("ETag", tag)
			if matches(d.r.Header.Get("If-None-Match"), tag) {
				d.Header().Del("Content-Type")
				d.Header().Del("Content-Disposition")
				d.w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		d.send()
	}
	if d.zip != nil {
		d.zip.Close()
		zippers.Put(d.zip)
	}
}

// matches compares weakly, as RFC 9110 §13.1.2 asks of If-None-Match.
func matches(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		t = strings.TrimSpace(t)
		if t == "*" || strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
