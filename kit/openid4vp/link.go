package openid4vp

import (
	"fmt"
	"net/url"
)

// MostLink is the longest link that is read.
const MostLink = 64 << 10

// Link is what a wallet was opened with (§5.4).
type Link struct {
	ClientID   string
	RequestURI string     // where the request object is; empty where it came along
	Post       bool       // it may be fetched by POST
	Object     string     // the request object, where it came along
	Plain      url.Values // a request that is not signed; nil otherwise
}

// ReadLink reads a link. A parameter that stands twice is refused (RFC 6749 §3.1).
func ReadLink(text string) (Link, error) {
	if len(text) > MostLink {
		return Link{}, refuse(CodeLink, "", fmt.Errorf("%d bytes", len(text)))
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return Link{}, refuse(CodeLink, "", err)
	}
	v, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Link{}, refuse(CodeLink, "", err)
	}
	for name, list := range v {
		if len(list) != 1 {
			return Link{}, refuse(CodeLink, name, nil)
		}
	}
	l := Link{ClientID: v.Get("client_id"), RequestURI: v.Get("request_uri"), Object: v.Get("request")}
	if l.ClientID == "" {
		return Link{}, refuse(CodeLink, "client_id", nil)
	}
	if l.RequestURI != "" {
		if _, ok := place(l.RequestURI); !ok {
			return Link{}, refuse(CodeLink, "request_uri", nil)
		}
	}
	switch m := v.Get("request_uri_method"); {
	case !v.Has("request_uri_method"):
	case l.RequestURI == "" || m != "get" && m != "post":
		return Link{}, refuse(CodeLink, "request_uri_method", nil)
	default:
		l.Post = m == "post"
	}
	switch {
	case l.RequestURI != "" && l.Object != "":
		return Link{}, refuse(CodeLink, "request", nil)
	case l.RequestURI == "" && l.Object == "":
		l.Plain = v
	}
	return l, nil
}
