package peer

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"conurb/kit/httpsig"
	"conurb/trust/message"
)

// House is what the door needs of the program behind it.
type House interface {
	// Accept takes a message, or refuses it with a *message.Refusal.
	Accept(ctx context.Context, m *httpsig.Message) (known bool, err error)
	// AcceptBatch takes messages that came together, and says of each why it is not here now,
	// nil where it is; or refuses all of them with a *message.Refusal.
	AcceptBatch(ctx context.Context, m *httpsig.Message) ([]*message.Refusal, error)
	// CardJSON is the node's card.
	CardJSON() ([]byte, error)
	// TrustList is the newest trust list; ErrNothing while there is none.
	TrustList(ctx context.Context) ([]byte, error)
	// StatusToken is the signed token of a status list, and for how long it may be kept;
	// ErrNothing where the node has no such list.
	StatusToken(ctx context.Context, list string, cwt bool) (token []byte, ttl time.Duration, err error)
}

// ErrNothing says that the node has not what was asked for.
var ErrNothing = errors.New("nothing of that name")

// Media types of status list tokens (draft-ietf-oauth-status-list §5).
const (
	TypeJWT = "application/statuslist+jwt"
	TypeCWT = "application/statuslist+cwt"
)

// Options are how the door is opened.
type Options struct {
	Scheme string // that other nodes use: https behind a proxy that ends TLS
	Mutual bool   // messages are taken only over a connection that showed a good certificate
	Log    *slog.Logger
}

type door struct {
	house House
	o     Options
}

// New makes the handler of the door.
func New(house House, o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := door{house, o}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /node/messages", d.message)
	mux.HandleFunc("POST /node/message-batches", d.batch)
	mux.HandleFunc("GET /node/card", func(w http.ResponseWriter, r *http.Request) {
		b, err := house.CardJSON()
		d.give(w, r, "application/json", "no-cache", b, err)
	})
	mux.HandleFunc("GET /node/trust-list", func(w http.ResponseWriter, r *http.Request) {
		b, err := house.TrustList(r.Context())
		d.give(w, r, "application/json", "no-cache", b, err)
	})
	mux.HandleFunc("GET /statuses/{list}", d.status)
	return mux
}

func (d door) status(w http.ResponseWriter, r *http.Request) {
	kind := TypeJWT
	if accept := r.Header.Get("Accept"); strings.Contains(accept, TypeCWT) && !strings.Contains(accept, TypeJWT) {
		kind = TypeCWT
	}
	token, ttl, err := d.house.StatusToken(r.Context(), r.PathValue("list"), kind == TypeCWT)
	w.Header().Set("Vary", "Accept")
	d.give(w, r, kind, "public, max-age="+strconv.Itoa(int(ttl/time.Second)), token, err)
}

// give answers with something public.
func (d door) give(w http.ResponseWriter, r *http.Request, kind, caching string, b []byte, err error) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case errors.Is(err, ErrNothing):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		d.o.Log.ErrorContext(r.Context(), "door for nodes", "path", r.URL.Path, "error", err)
		http.Error(w, "the node could not answer", http.StatusInternalServerError)
	default:
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", caching)
		h.Set("Content-Length", strconv.Itoa(len(b)))
		w.Write(b)
	}
}

// read reads a request of another node, of a body of at most a number of bytes; where it
// cannot, it has answered.
func (d door) read(w http.ResponseWriter, r *http.Request, most int) (*httpsig.Message, bool) {
	if d.o.Mutual && (r.TLS == nil || len(r.TLS.VerifiedChains) == 0) {
		refuse(w, http.StatusUnauthorized, &message.Refusal{Code: message.Transport, Args: map[string]string{"detail": "no certificate was shown"}})
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(most)+1))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, &message.Refusal{Code: message.Oversized, Args: map[string]string{"bytes": strconv.FormatInt(r.ContentLength, 10), "most": strconv.Itoa(most)}})
		return nil, false
	}
	m := &httpsig.Message{Method: r.Method, Scheme: d.o.Scheme, Authority: r.Host, Target: r.RequestURI, Body: body}
	for name, values := range r.Header {
		for _, v := range values {
			m.Fields = append(m.Fields, httpsig.Field{Name: name, Value: v})
		}
	}
	return m, true
}

// message takes a message of another node.
func (d door) message(w http.ResponseWriter, r *http.Request) {
	m, ok := d.read(w, r, message.MaxBytes)
	if !ok {
		return
	}
	known, err := d.house.Accept(r.Context(), m)
	switch {
	case err != nil:
		d.failed(w, r, err)
	case known:
		w.WriteHeader(http.StatusOK)
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

// batch takes several; what became of each is in the answer.
func (d door) batch(w http.ResponseWriter, r *http.Request) {
	m, ok := d.read(w, r, message.MaxBatchBytes)
	if !ok {
		return
	}
	list, err := d.house.AcceptBatch(r.Context(), m)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	b, err := message.WriteAnswers(list)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// failed answers a request of which nothing was taken.
func (d door) failed(w http.ResponseWriter, r *http.Request, err error) {
	var no *message.Refusal
	switch {
	case errors.As(err, &no) && no.Code == message.Transport:
		refuse(w, http.StatusUnauthorized, no)
	case errors.As(err, &no):
		refuse(w, http.StatusUnprocessableEntity, no)
	default:
		if r.Context().Err() == nil { // else its sender is gone, and sends it again
			d.o.Log.ErrorContext(r.Context(), "a message could not be kept", "error", err)
		}
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

func refuse(w http.ResponseWriter, status int, no *message.Refusal) {
	b, err := json.Marshal(no)
	if err != nil {
		http.Error(w, "refused", status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(b)
}
