package openid

import (
	"bytes"
	"errors"
	"html/template"
	"mime"
	"net/http"

	"conurb/kit/openid4vci"
	"conurb/locale"
)

// mostChoice is how much a person may post who decides, in bytes.
const mostChoice = 64 << 10

// page is what a person sees who is asked for licences: plain, without scripts, and in no
// frame of another page.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>{{.Title}}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
fieldset{border:1px solid #767676;border-radius:.4rem}label{display:block;padding:.6rem 0}button{font:inherit;padding:.6rem 1.2rem;margin:1rem 1rem 0 0}
.host{overflow-wrap:anywhere;font-weight:600}</style></head><body><main><h1>{{.Title}}</h1>
{{if .Said}}<p>{{.Said}}</p>{{end}}{{with .Back}}<p><a href="{{.}}">{{$.SignIn}}</a></p>{{end}}
{{if .Asked}}<p>{{.Who}} {{.Vouched}}</p><p>{{.Where}} <span class="host">{{.Asked.Host}}</span></p>
<form method="post"><input type="hidden" name="client_id" value="{{.Client}}"><input type="hidden" name="request_uri" value="{{.Request}}">
{{if .Asked.Licences}}<fieldset><legend>{{.Choose}}</legend>{{range .Licences}}<label><input type="checkbox" name="licence" value="{{.ID}}" checked> {{.Name}} {{.Number}} · {{.Authority}}</label>{{end}}</fieldset>
<button name="decision" value="give">{{.Give}}</button>{{else}}<p>{{.None}}</p>{{end}}<button name="decision" value="decline">{{.Decline}}</button></form>{{end}}
</main></body></html>
`))

type shown struct {
	Lang, Title, Said, Back, SignIn                  string
	Who, Vouched, Where, Choose, Give, Decline, None string
	Client, Request                                  string
	Asked                                            *Asked
	Licences                                         []named
}

type named struct{ ID, Name, Number, Authority string }

// authorize asks the person who is signed in whether a wallet may have his licences.
func (d issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if len(q["client_id"]) != 1 || len(q["request_uri"]) != 1 {
		d.say(w, r, http.StatusBadRequest, "gone", "")
		return
	}
	h, ok := d.holder(r)
	if !ok {
		back := ""
		if d.o.SignIn != nil {
			back = d.o.SignIn(r.URL.RequestURI())
		}
		d.say(w, r, http.StatusUnauthorized, "signin", back)
		return
	}
	asked, err := d.i.Asked(r.Context(), q.Get("client_id"), q.Get("request_uri"), h)
	if err != nil {
		d.fail(w, r, err)
		return
	}
	lang := locale.Match(r.Header.Get("Accept-Language"))
	t := func(key string) string {
		return locale.T(lang, "openid4vci."+key, map[string]string{"client": asked.Client, "name": h.Name})
	}
	s := shown{
		Lang: lang, Title: t("title"), Who: t("who"), Vouched: t("unattested"), Where: t("where"), Choose: t("choose"), Give: t("give"),
		Decline: t("decline"), None: t("none"), Client: q.Get("client_id"), Request: q.Get("request_uri"), Asked: &asked,
	}
	if asked.Attested {
		s.Vouched = t("attested")
	}
	for _, l := range asked.Licences {
		s.Licences = append(s.Licences, named{l.ID, l.Type.In(lang), l.Number, l.Authority})
	}
	d.page(w, r, http.StatusOK, s)
}

// decide takes the decision.
func (d issuer) decide(w http.ResponseWriter, r *http.Request) {
	h, ok := d.holder(r)
	if !ok {
		d.say(w, r, http.StatusUnauthorized, "signin", "")
		return
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Body = http.MaxBytesReader(w, r.Body, mostChoice)
	if err := r.ParseForm(); err != nil || media != formMedia {
		d.say(w, r, http.StatusBadRequest, "gone", "")
		return
	}
	licences := r.PostForm["licence"]
	switch decision := r.PostForm.Get("decision"); {
	case decision == "decline":
		licences = nil
	case decision != "give" || len(licences) == 0:
		d.say(w, r, http.StatusBadRequest, "nothing", "")
		return
	}
	to, err := d.i.Answer(r.Context(), r.PostForm.Get("client_id"), r.PostForm.Get("request_uri"), h, licences)
	if err != nil {
		d.fail(w, r, err)
		return
	}
	// Not http.Redirect: a wallet's own scheme is an address, too.
	w.Header().Set("Location", to)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusSeeOther)
}

func (d issuer) holder(r *http.Request) (h Holder, ok bool) {
	if d.o.SignedIn == nil {
		return h, false
	}
	h.Kind, h.Code, h.Name, ok = d.o.SignedIn(r)
	return h, ok && h.Code != ""
}

// fail tells a person that nothing came of it. Nobody is sent to an address that was not
// held to a request first.
func (d issuer) fail(w http.ResponseWriter, r *http.Request, err error) {
	var no *openid4vci.Refusal
	if errors.Is(err, ErrNoPush) || errors.As(err, &no) {
		d.say(w, r, http.StatusBadRequest, "gone", "")
		return
	}
	d.o.Log.ErrorContext(r.Context(), "door for wallets", "path", r.URL.Path, "error", err)
	d.say(w, r, http.StatusInternalServerError, "broken", "")
}

func (d issuer) say(w http.ResponseWriter, r *http.Request, status int, key, back string) {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	t := func(key string) string { return locale.T(lang, "openid4vci."+key, nil) }
	d.page(w, r, status, shown{Lang: lang, Title: t("title"), Said: t(key), Back: back, SignIn: t("go")})
}

func (d issuer) page(w http.ResponseWriter, r *http.Request, status int, s shown) {
	var b bytes.Buffer
	if err := page.Execute(&b, s); err != nil {
		d.o.Log.ErrorContext(r.Context(), "page for holders", "error", err)
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}
