package circle

import (
	"context"
	"errors"
	"slices"
	"testing"

	measure "conurb/connect/circle"
)

// drawer keeps what is put into it, and may be stuck.
type drawer struct {
	kept  map[string][]byte
	stuck error
}

func (d *drawer) Get(_ context.Context, key string) ([]byte, bool, error) {
	b, ok := d.kept[key]
	return b, ok, d.stuck
}

func (d *drawer) Put(_ context.Context, key string, b []byte) error {
	d.kept[key] = b
	return d.stuck
}

func TestTimesAreTakenFromWhereTheyAreKept(t *testing.T) {
	d, told := &drawer{kept: map[string][]byte{}}, 0
	c := &Circles{}
	c.KeepIn(d, func(error) { told++ })
	made := 0
	times := func() (*measure.Times, error) {
		made++
		return &measure.Times{Centre: [][]measure.Decis{{1, measure.Never}}, Between: [][]measure.Decis{{0}}}, nil
	}
	for range 3 {
		got, err := through(t.Context(), c, "times a", times)
		if err != nil || !slices.Equal(got.Centre[0], []measure.Decis{1, measure.Never}) || got.Reached != nil {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if made != 1 || told != 0 {
		t.Errorf("made %d times, trouble %d times", made, told)
	}
	d.kept["times a"] = []byte("damaged")
	if _, err := through(t.Context(), c, "times a", times); err != nil || made != 2 || told != 1 {
		t.Errorf("damaged: %v, made %d times, trouble %d times", err, made, told)
	}
	d.stuck = errors.New("stuck")
	if _, err := through(t.Context(), c, "times a", times); err != nil || made != 3 || told != 3 {
		t.Errorf("stuck: %v, made %d times, trouble %d times", err, made, told)
	}
	d.stuck = nil
	failed := errors.New("failed")
	if _, err := through(t.Context(), c, "times b", func() (*measure.Times, error) { return nil, failed }); !errors.Is(err, failed) || d.kept["times b"] != nil {
		t.Errorf("a failure: %v, kept %v", err, d.kept["times b"])
	}
}
