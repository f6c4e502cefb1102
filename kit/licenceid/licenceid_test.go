package licenceid_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/kit/licenceid"
)

// Identifiers that authorities published; the first is of a body in Hunan.
var published = []string{
	"1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
	"1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
	"1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
	"1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
}

func TestPublishedIdentifiers(t *testing.T) {
	for _, text := range published {
		id, err := licenceid.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := id.String(); got != text {
			t.Errorf("%s is written as %s", text, got)
		}
	}
}

func TestFaultsNameTheirPart(t *testing.T) {
	good := published[0]
	for _, c := range []struct{ part, text string }{
		{licenceid.PartRoot, strings.Replace(good, "3005.2", "3005.3", 1)},
		{licenceid.PartRoot, ""},
		{licenceid.PartForm, strings.TrimSuffix(good, ".U")},
		{licenceid.PartForm, good + ".1"},
		{licenceid.PartType, strings.Replace(good, "13338W", "13338w", 1)},
		{licenceid.PartType, strings.Replace(good, "13338W011", "13338W01", 1)},
		{licenceid.PartIssuer, strings.Replace(good, "11430000006122244L", "1143000", 1)},
		{licenceid.PartSerial, strings.Replace(good, "20230000403", "", 1)},
		{licenceid.PartSerial, strings.Replace(good, "20230000403", "2023-0403", 1)},
		{licenceid.PartVersion, strings.Replace(good, ".001.", ".1.", 1)},
		{licenceid.PartVersion, strings.Replace(good, ".001.", ".000.", 1)},
		{licenceid.PartVersion, strings.Replace(good, ".001.", ".00A.", 1)},
		{licenceid.PartCheck, strings.TrimSuffix(good, "U") + "V"},
		{licenceid.PartCheck, strings.TrimSuffix(good, "U") + "u"},
		{licenceid.PartCheck, strings.TrimSuffix(good, "U")},
	} {
		_, err := licenceid.Parse(c.text)
		var f *licenceid.Fault
		if !errors.As(err, &f) || f.Part != c.part || !errors.Is(err, licenceid.ErrID) {
			t.Errorf("%s: %v, want a fault of %s", c.text, err, c.part)
		}
	}
}

// TestSlipsAreFound: the check character tells any one wrong character (ISO 7064 §4).
func TestSlipsAreFound(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	some := rapid.SampledFrom([]byte(alphabet))
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string, low, high int) string {
			return string(rapid.SliceOfN(some, low, high).Draw(t, name))
		}
		id := licenceid.ID{Type: text("type", 21, 21), Issuer: text("issuer", 18, 18), Serial: text("serial", 1, 32), Version: "001"}
		good := id.String()
		if back, err := licenceid.Parse(good); err != nil || back != id {
			t.Fatalf("%s comes back as %v, %v", good, back, err)
		}
		body := []byte(good)
		i := rapid.IntRange(len(licenceid.Root)+1, len(body)-7).Draw(t, "where")
		if body[i] == '.' {
			return
		}
		other := some.Draw(t, "instead")
		if other == body[i] {
			return
		}
		body[i] = other
		if _, err := licenceid.Parse(string(body)); err == nil {
			t.Fatalf("%s passes for %s", body, good)
		}
	})
}

// TestMostExchangesAreFound: of neighbours exchanged it tells all but one in thirty or so.
func TestMostExchangesAreFound(t *testing.T) {
	id := licenceid.ID{Type: "11100000000013338W011", Issuer: "11430000006122244L", Serial: "2023", Version: "001"}
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	pairs, missed := 0, 0
	for _, a := range alphabet {
		for _, b := range alphabet {
			if a == b {
				continue
			}
			one, other := id, id
			one.Serial, other.Serial = id.Serial+string(a)+string(b), id.Serial+string(b)+string(a)
			if pairs++; one.Check() == other.Check() {
				missed++
			}
		}
	}
	if missed*25 > pairs {
		t.Errorf("%d of %d exchanges pass", missed, pairs)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range published {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if id, err := licenceid.Parse(text); err == nil && id.String() != text {
			t.Fatalf("%q is written as %q", text, id)
		}
	})
}
