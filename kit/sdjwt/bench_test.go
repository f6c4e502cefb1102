package sdjwt_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/strictjson"
)

// licence is a credential with ten selective claims.
func licence(holder jws.Public) sdjwt.Object {
	b, _ := json.Marshal(holder.JWK(""))
	jwk, _ := strictjson.Decode(b, strictjson.Limits{})
	c := sdjwt.Object{
		"vct": "urn:conurb:licence:11100000000013338W011", "iss": "urn:conurb:issuer:11430100XX00000010", "iat": 1_700_000_000, "nbf": 1_700_000_000, "exp": 1_900_000_000,
		"status": sdjwt.Object{"status_list": sdjwt.Object{"idx": 71423, "uri": "https://licences.example/statuses/1"}},
		"cnf":    sdjwt.Object{"jwk": jwk},
	}
	for i := range 10 {
		c[fmt.Sprintf("attribute_%d", i)] = sdjwt.Hidden{Value: fmt.Sprintf("长沙市芙蓉区 value %d", i)}
	}
	return c
}

func BenchmarkIssue(b *testing.B) {
	for _, alg := range jws.Algorithms {
		k, h := newKey(b, alg), newKey(b, alg)
		claims, message := licence(h.Public()), make([]byte, 1200)
		b.Run(string(alg)+"/raw", func(b *testing.B) {
			for b.Loop() {
				_, _ = k.Sign(rand.Reader, message)
			}
		})
		b.Run(string(alg)+"/ten", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sdjwt.Issue(rand.Reader, k, nil, claims, sdjwt.Settings{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyBound(b *testing.B) {
	for _, alg := range jws.Algorithms {
		k, h := newKey(b, alg), newKey(b, alg)
		message := make([]byte, 1200)
		signature, _ := k.Sign(rand.Reader, message)
		text, err := sdjwt.Issue(rand.Reader, k, nil, licence(h.Public()), sdjwt.Settings{})
		if err != nil {
			b.Fatal(err)
		}
		s, _ := sdjwt.Parse(text, alg)
		now, r, f := time.Unix(1_700_000_000, 0), sdjwt.Request{Audience: "https://xiangtan.example", Nonce: "42"}, sdjwt.Fresh{Age: time.Minute}
		text, err = s.Bind(rand.Reader, h, r, now)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(alg)+"/raw", func(b *testing.B) {
			for b.Loop() {
				_ = k.Public().Verify(message, signature)
				_ = k.Public().Verify(message, signature)
			}
		})
		b.Run(string(alg)+"/bound", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, err := sdjwt.Parse(text, alg)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.VerifyBound(k.Public(), r, now, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
