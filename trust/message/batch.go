package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"conurb/kit/httpsig"
	"conurb/kit/jws"
	"conurb/kit/strictjson"
)

// BatchType is the content type of many messages on their way together: each as it is sent
// alone, one a line. A message in canonical form has no line break of its own.
const BatchType = "application/vnd.conurb.messages"

// Bounds of a batch.
const (
	MaxBatch      = 256     // messages
	MaxBatchBytes = 1 << 20 // of its body
)

// maxAnswers bounds the answer to a batch, in bytes.
const maxAnswers = MaxBatch * (MaxRefusal + 1)

// Join puts messages into the body of a batch, in their order, as many of the first as fit;
// the first always does.
func Join(list []Sealed) (body []byte, n int, err error) {
	for _, s := range list[:min(len(list), MaxBatch)] {
		raw, err := s.Bytes()
		if err != nil {
			return nil, n, err
		}
		if n > 0 && len(body)+1+len(raw) > MaxBatchBytes {
			break
		}
		if n > 0 {
			body = append(body, '\n')
		}
		body = append(body, raw...)
		n++
	}
	return body, n, nil
}

// Split takes the body of a batch apart. The messages are still to be judged, each alone.
func Split(body []byte) ([][]byte, error) {
	if len(body) > MaxBatchBytes {
		return nil, refuse(Oversized, "bytes", strconv.Itoa(len(body)), "most", strconv.Itoa(MaxBatchBytes))
	}
	if n := bytes.Count(body, []byte{'\n'}) + 1; n > MaxBatch {
		return nil, refuse(Malformed, "detail", fmt.Sprintf("%d messages, at most %d", n, MaxBatch))
	}
	return bytes.Split(body, []byte{'\n'}), nil
}

// RequestBatch is the signed request that carries a batch, as Request is for one message.
func RequestBatch(random io.Reader, body []byte, to Place, now time.Time, key *jws.Private) (*httpsig.Message, error) {
	return request(random, BatchType, body, to, now, key)
}

// OpenBatch is Open for a batch.
func (in Inbox) OpenBatch(m *httpsig.Message, now time.Time) (Carrier, error) {
	return in.open(m, BatchType, MaxBatchBytes, now)
}

// WriteAnswers writes what is answered to a batch: a list in its order, null for a message
// that is here now, for any other why it is not.
func WriteAnswers(list []*Refusal) ([]byte, error) {
	for i, r := range list {
		b, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		if len(b) > MaxRefusal { // the one who asks would not read it
			list[i] = &Refusal{Code: r.Code}
		}
	}
	return json.Marshal(list)
}

// ReadAnswers reads the answer to a batch of n messages. What is none counts as no answer to
// any of them.
func ReadAnswers(raw []byte, n int) []Answer {
	out := make([]Answer, n)
	var list []json.RawMessage
	_, err := strictjson.Decode(raw, strictjson.Limits{Bytes: maxAnswers, Depth: 3})
	if err == nil {
		err = json.Unmarshal(raw, &list)
	}
	if err == nil && len(list) != n {
		err = fmt.Errorf("%d answers to %d messages", len(list), n)
	}
	for i := range out {
		switch {
		case err != nil:
			out[i] = Answer{Unreachable: "no answers: " + err.Error()}
		case string(list[i]) != "null":
			out[i] = ReadAnswer(list[i])
		}
	}
	return out
}
