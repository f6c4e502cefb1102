package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

// maxAhead is how far the clock of another city may be before ours.
const maxAhead = 10 * time.Minute

// strict reads one JSON value without unknown members.
func strict(b []byte, to any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return err
	}
	if dec.More() {
		return errors.New("more than one value")
	}
	return nil
}
