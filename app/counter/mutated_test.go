package counter_test

import (
	"crypto/rand"
	mathrand "math/rand/v2"
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/kit/sdjwt"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/slip"
)

// TestMutated alters a presentation and a slip at random, ten thousand times: none of what
// comes of it has a signature that holds.
func TestMutated(t *testing.T) {
	w := newWorld(t, "sqlite")
	c := w.cities["xiangtan"]
	r := w.issue("changsha", permit)
	holder := sdjwt.Request{Audience: "xiangtan", Nonce: "7Qx1"}
	shown := must[string](t)(licence.Present(rand.Reader, r.Credential, []string{"attributes.address"}, w.wallet, holder, w.now()))
	paper := must[string](t)(must[slip.Slip](t)(slip.Of(&r, time.UTC)).Sign(rand.Reader, w.cities["changsha"].LicenceKey()))
	dice := mathrand.New(mathrand.NewPCG(1, 2))
	for name, one := range map[string]struct {
		text string
		q    counter.Question
	}{"presentation": {shown, counter.Question{Holder: holder}}, "slip": {paper, counter.Question{}}} {
		if ok := must[bool](t)(c.Signed(t.Context(), one.text, one.q)); !ok {
			t.Fatalf("%s: the good one is refused", name)
		}
		for range 5000 {
			text := mutated(dice, one.text)
			if text == one.text {
				continue
			}
			if ok := must[bool](t)(c.Signed(t.Context(), text, one.q)); ok {
				t.Fatalf("%s: taken: %q", name, text)
			}
		}
	}
}

// mutated changes, drops, doubles or exchanges characters.
func mutated(dice *mathrand.Rand, text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~:$%*+/ "
	b := []byte(text)
	for range 1 + dice.IntN(3) {
		i, j := dice.IntN(len(b)), dice.IntN(len(b))
		switch dice.IntN(4) {
		case 0:
			b[i] = alphabet[dice.IntN(len(alphabet))]
		case 1:
			b = append(b[:i], b[i+1:]...)
		case 2:
			b = append(b[:i], append([]byte{b[i]}, b[i:]...)...)
		default:
			b[i], b[j] = b[j], b[i]
		}
	}
	return string(b)
}
