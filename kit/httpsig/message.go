package httpsig

import (
	"net/url"
	"strings"
)

// Field is a line of the header or trailer, as it was sent.
type Field struct{ Name, Value string }

// Structure is the type of a structured field (RFC 9651), which its name tells and its
// text does not.
type Structure byte

// The types.
const (
	Dictionary Structure = iota + 1
	List
	Item
)

// registered are the structured fields of RFC 9421, 9530 and 9440.
var registered = map[string]Structure{
	"signature": Dictionary, "signature-input": Dictionary, "accept-signature": Dictionary,
	"content-digest": Dictionary, "repr-digest": Dictionary, "want-content-digest": Dictionary, "want-repr-digest": Dictionary,
	"client-cert": Item, "client-cert-chain": List,
}

// Message is a request or a response.
type Message struct {
	Method    string // of a request
	Scheme    string // of a request: https or http
	Authority string // of a request: host and port, as in Host or :authority
	Target    string // of a request: the request-target as sent (RFC 9112 §3.2)
	Status    int    // of a response; 0 in a request
	Fields    []Field
	Trailers  []Field
	Body      []byte
	Request   *Message             // that a response answers
	Types     map[string]Structure // of fields that this package does not know, by name in lower case
}

// Get returns the values of a field in order, without space around them.
func (m *Message) Get(name string) []string { return values(m.Fields, name) }

// Set replaces a field.
func (m *Message) Set(name, value string) {
	kept := m.Fields[:0:0]
	for _, f := range m.Fields {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	m.Fields = append(kept, Field{name, value})
}

func values(fields []Field, name string) []string {
	var out []string
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			out = append(out, unfold(f.Value))
		}
	}
	return out
}

// unfold takes obsolete folds out of a value, and the space around it (RFC 9421 §2.1).
func unfold(v string) string {
	if strings.ContainsRune(v, '\n') {
		lines := strings.Split(v, "\n")
		for i, l := range lines {
			l = strings.TrimSuffix(l, "\r")
			if i == 0 {
				lines[i] = strings.TrimRight(l, " \t")
			} else if l != strings.TrimLeft(l, " \t") {
				lines[i] = strings.Trim(l, " \t")
			} else {
				return v // no fold: refused as a control character later
			}
		}
		v = strings.Join(lines, " ")
	}
	return strings.Trim(v, " \t")
}

func (m *Message) structure(name string) Structure {
	if s, ok := m.Types[name]; ok {
		return s
	}
	return registered[name]
}

// address is where a request goes, from the four forms of a target (RFC 9112 §3.2).
type address struct{ scheme, authority, path, query string }

func (m *Message) address() (address, bool) {
	a := address{scheme: strings.ToLower(m.Scheme), authority: m.Authority}
	rest := m.Target
	switch {
	case strings.HasPrefix(rest, "/"):
	case rest == "*":
		rest = ""
	case m.Method == "CONNECT":
		a.authority, rest = rest, ""
	default:
		u, err := url.Parse(rest)
		if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil {
			return a, false
		}
		a.scheme, a.authority = u.Scheme, u.Host
		_, rest, _ = strings.Cut(rest, "://")
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			rest = rest[i:]
		} else {
			rest = ""
		}
	}
	if strings.ContainsRune(rest, '#') {
		return a, false
	}
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		a.path, a.query = rest[:i], rest[i:]
	} else {
		a.path = rest
	}
	a.authority = normalAuthority(a.scheme, a.authority)
	return a, a.authority != ""
}

// normalAuthority is in lower case and without the port that the scheme has anyway
// (RFC 9110 §4.2.3).
func normalAuthority(scheme, authority string) string {
	authority = strings.ToLower(authority)
	switch scheme {
	case "https":
		return strings.TrimSuffix(authority, ":443")
	case "http":
		return strings.TrimSuffix(authority, ":80")
	}
	return authority
}
