package openid4vci

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"conurb/kit/strictjson"
)

// Limits of what is read.
const (
	MostLink           = 64 << 10 // bytes of a link to an offer
	MostOffer          = 64 << 10
	MostMetadata       = 1 << 20
	MostRequest        = 256 << 10 // bytes of a credential request
	MostForm           = 64 << 10  // bytes of a pushed request or a token request
	MostDepth          = 16        // of JSON
	MostProofs         = 32        // in one request, whatever an issuer offers
	MostConfigurations = 200
	mostText           = 4096 // bytes of a parameter
)

func decode(text []byte, most int, code Code) (strictjson.Object, error) {
	o, err := strictjson.DecodeObject(text, strictjson.Limits{Bytes: most, Depth: MostDepth})
	if err != nil {
		return nil, &Refusal{code, "", err}
	}
	return o, nil
}

// reader takes members out of an object and keeps the first refusal.
type reader struct {
	code Code
	err  error
}

func (r *reader) fail(field, format string, args ...any) {
	if r.err == nil {
		r.err = refuse(r.code, field, format, args...)
	}
}

// text is a member that is a text; empty where it is not there.
func (r *reader) text(o strictjson.Object, name string) string {
	v, there := o[name]
	s, ok := v.(string)
	if there && (!ok || s == "" || len(s) > mostText) {
		r.fail(name, "not a text of 1 to %d bytes", mostText)
		return ""
	}
	return s
}

func (r *reader) need(o strictjson.Object, name string) string {
	s := r.text(o, name)
	if s == "" {
		r.fail(name, "missing")
	}
	return s
}

func (r *reader) object(o strictjson.Object, name string) strictjson.Object {
	v, there := o[name]
	s, ok := v.(strictjson.Object)
	if there && !ok {
		r.fail(name, "not an object")
	}
	return s
}

// texts is a member that is a list of at least one text; nil where it is not there.
func (r *reader) texts(o strictjson.Object, name string, most int) (list []string) {
	v, there := o[name]
	if !there {
		return nil
	}
	all, ok := v.([]any)
	if !ok || len(all) == 0 || len(all) > most {
		r.fail(name, "not a list of 1 to %d texts", most)
		return nil
	}
	for _, e := range all {
		s, ok := e.(string)
		if !ok || s == "" {
			r.fail(name, "not a list of texts")
			return nil
		}
		list = append(list, s)
	}
	return list
}

// Form reads a form of which no parameter stands twice (RFC 6749 §3.1, §3.2) and none is
// empty: those are left out.
func Form(v url.Values) (map[string]string, error) {
	out := map[string]string{}
	for _, name := range sortedKeys(v) {
		switch list := v[name]; {
		case len(list) != 1:
			return nil, refuse(InvalidRequest, name, "stands %d times", len(list))
		case len(list[0]) > MostForm:
			return nil, refuse(InvalidRequest, name, "too long")
		case list[0] != "":
			out[name] = list[0]
		}
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// place reads an address: https, or http to the same machine (RFC 8252 §7.3), without query
// and fragment.
func place(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.ContainsAny(text, "#?") {
		return nil, false
	}
	return u, u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}
