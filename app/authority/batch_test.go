package authority_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"conurb/app/authority"
	"conurb/internal/storetest"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/store"
)

// citizen is a number with its check character.
func citizen(n int) string {
	s, sum := fmt.Sprintf("11010519%04d31%03d", n/1000, n%1000), 0
	for i := range 17 {
		sum += int(s[i]-'0') * (1 << (17 - i) % 11)
	}
	return s + string("10X98765432"[sum%11])
}

func table(from, to int) authority.File {
	var b strings.Builder
	b.WriteString("CZZT,CZZTDM,address,registered_address\n")
	for n := from; n < to; n++ {
		fmt.Fprintf(&b, "王,%s,甲,乙\n", citizen(n))
	}
	return authority.File{Bytes: []byte(b.String()), Type: permit}
}

func TestAFileOfMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, c := context.Background(), newCity(t, dsn, "changsha")
		f := table(0, 20)
		told := 0
		f.Progress = func(done, all int) {
			if all == 20 {
				told = done
			}
		}
		p, err := c.Preview(ctx, f)
		if err != nil || p.Becomes[roll.Issue] != 20 || told != 20 {
			t.Fatalf("%+v, %v", p, err)
		}
		if len(c.all()) != 0 {
			t.Fatal("the preview has issued")
		}
		var no *authority.BatchError
		if _, _, err := c.Import(ctx, f, "another", "clerk"); !errors.Is(err, authority.ErrOther) || !errors.As(err, &no) || no.Preview.Digest != p.Digest {
			t.Errorf("with another preview: %v", err)
		}
		_, issued, err := c.Import(ctx, f, p.Digest, "clerk")
		if err != nil || len(issued) != 20 || len(c.all()) != 20 {
			t.Fatalf("%d issued, %v", len(issued), err)
		}
		if _, _, err := c.Import(ctx, f, p.Digest, "clerk"); !errors.Is(err, authority.ErrOther) {
			t.Errorf("by the same preview again: %v", err)
		}
		act(c, issued[3].ID, licence.Revoke)
		p, err = c.Preview(ctx, f)
		if err != nil || p.Becomes[roll.Before] != 20 || p.Rows[3].Identifier != issued[3].Identifier {
			t.Errorf("%+v, %v", p, err)
		}
		if _, issued, err = c.Import(ctx, f, p.Digest, "clerk"); err != nil || len(issued) != 0 || len(c.all()) != 20 {
			t.Errorf("again: %d issued, %v", len(issued), err)
		}
		other := table(0, 30)
		if p, err = c.Preview(ctx, other); err != nil || p.Becomes[roll.Standing] != 19 || p.Becomes[roll.Issue] != 11 {
			t.Errorf("a longer file: %+v, %v", p.Becomes, err)
		}
		faulty := other
		faulty.Bytes = append(append([]byte{}, other.Bytes...), "李,12,甲,乙\n"...)
		if p, err = c.Preview(ctx, faulty); err != nil || p.Sound() {
			t.Errorf("%+v, %v", p, err)
		}
		if _, _, err := c.Import(ctx, faulty, p.Digest, "clerk"); !errors.Is(err, authority.ErrFaulty) || len(c.all()) != 20 {
			t.Errorf("a faulty row: %v, %d licences", err, len(c.all()))
		}
		if _, err := c.Preview(ctx, authority.File{Type: permit, Office: "x"}); !errors.Is(err, authority.ErrOffice) {
			t.Errorf("another's office: %v", err)
		}
		c.sound()
	})
}

// An import that is cut off anywhere has issued every row or none.
func TestAFileCutOffAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCity(t, dsn, "changsha")
		cuts := 0
		for n := int64(0); ; n += 29 {
			f := table(cuts*5, cuts*5+5)
			p, err := c.Preview(context.Background(), f)
			if err != nil {
				t.Fatal(err)
			}
			before, ctx := len(c.all()), storetest.CutAfter(n)
			_, _, err = c.Import(ctx, f, p.Digest, "clerk")
			if got := len(c.all()) - before; got != 0 && got != 5 || err == nil && got != 5 {
				t.Fatalf("cut off at %d: %d issued, %v", n, got, err)
			}
			if !ctx.Over() {
				break
			}
			cuts++
		}
		if t.Logf("cut off at %d places", cuts); cuts < 8 {
			t.Errorf("cut off at %d places only", cuts)
		}
		c.sound()
	})
}

func TestAThousandRows(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand licences")
	}
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx, c := context.Background(), newCity(t, dsn, "changsha")
		f, start := table(0, 1000), time.Now()
		p, err := c.Preview(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		seen := time.Since(start)
		_, issued, err := c.Import(ctx, f, p.Digest, "clerk")
		if err != nil || len(issued) != 1000 {
			t.Fatalf("%d, %v", len(issued), err)
		}
		t.Logf("1000 rows: previewed in %v, issued after %v", seen, time.Since(start))
		if list, err := c.List(ctx, store.LicenceFilter{Text: citizen(500)}); err != nil || len(list) != 1 {
			t.Errorf("found %d, %v", len(list), err)
		}
	})
}
