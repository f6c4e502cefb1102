package statuslist

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"conurb/kit/cwt"
	"conurb/kit/strictjson"
)

// Reference is where a token says that its status stands (§6).
type Reference struct {
	URI   string // of the list
	Index int
}

// ErrNoStatus tells that a token has no status claim: its issuer keeps no status of it.
var ErrNoStatus = errors.New("the token has no status")

// ErrReference tells that the status claim of a token cannot be followed: of another
// mechanism, or not as §6 has it. Such a token must not be taken for valid.
var ErrReference = errors.New("the status of the token cannot be followed")

// Referenced reads status.status_list of the claims of a JWT (§6.2).
func Referenced(claims strictjson.Object) (Reference, error) {
	v, there := claims["status"]
	if !there {
		return Reference{}, ErrNoStatus
	}
	status, _ := v.(strictjson.Object)
	list, ok := status["status_list"].(strictjson.Object)
	if !ok {
		return Reference{}, fmt.Errorf("no status_list: %w", ErrReference)
	}
	number, _ := list["idx"].(json.Number)
	index, err := number.Int64()
	if err != nil {
		return Reference{}, fmt.Errorf("idx: %w", ErrReference)
	}
	return reference(list["uri"], index)
}

// ReferencedCWT reads the same of a CWT (§6.3).
func ReferencedCWT(claims cwt.Claims) (Reference, error) {
	status, there, err := claims.Inside(claimStatus)
	if !there {
		return Reference{}, ErrNoStatus
	}
	if err != nil {
		return Reference{}, fmt.Errorf("%w: %w", ErrReference, err)
	}
	list, there, err := status.Inside("status_list")
	if !there || err != nil {
		return Reference{}, fmt.Errorf("no status_list: %w", ErrReference)
	}
	index, ok := list["idx"].(int64)
	if !ok {
		return Reference{}, fmt.Errorf("idx: %w", ErrReference)
	}
	return reference(list["uri"], index)
}

func reference(uri any, index int64) (Reference, error) {
	text, ok := uri.(string)
	switch {
	case !ok || text == "":
		return Reference{}, fmt.Errorf("uri: %w", ErrReference)
	case index < 0 || index > math.MaxInt32:
		return Reference{}, fmt.Errorf("idx %d: %w", index, ErrReference)
	}
	return Reference{text, int(index)}, nil
}
