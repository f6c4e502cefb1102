package openid4vci_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"conurb/kit/jws"
	"conurb/kit/openid4vci"
	"conurb/kit/sdjwt"
	"conurb/kit/x5c"
)

const textIssuer = "https://credential-issuer.example.com"

// example reads a file beside the repository: without the head of HTTP, and with texts that are
// broken over lines put together.
func example(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "credentials", filepath.FromSlash(path)))
	if err != nil {
		t.Skipf("no examples beside the repository: %s is left out", path)
	}
	b = bytes.TrimSpace(b)
	if bytes.HasPrefix(b, []byte("HTTP/")) {
		if i := bytes.Index(b, []byte("{")); i > 0 {
			b = b[i:]
		}
	}
	return b
}

var broken = regexp.MustCompile(`\n\s*`)

func joined(b []byte) []byte { return broken.ReplaceAll(b, nil) }

func is(t *testing.T, err error, want openid4vci.Code) {
	t.Helper()
	var no *openid4vci.Refusal
	if want == "" && err != nil || want != "" && (!errors.As(err, &no) || no.Code != want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// TestExamplesOfTheText reads what OpenID4VCI 1.0 prints, and refuses what is of another
// version or format.
func TestExamplesOfTheText(t *testing.T) {
	offer := func(b []byte) error { _, err := openid4vci.ReadOffer(b); return err }
	details := func(b []byte) error { _, err := openid4vci.ReadDetails(b); return err }
	kinds := func(b []byte) error { _, err := openid4vci.ReadConfigurations(b); return err }
	issued := func(b []byte) error { _, err := openid4vci.ReadIssued(joined(b)); return err }
	request := func(b []byte) error { _, err := openid4vci.ReadCredentialRequest(joined(b)); return err }
	issuer := func(b []byte) error { _, err := openid4vci.ReadIssuer(b, textIssuer); return err }
	const text, haip = "openid4vci/1.0/examples/", "haip/1.0/examples/"
	for _, c := range []struct {
		path string
		read func([]byte) error
		want openid4vci.Code
	}{
		{text + "authorization_details.json", details, ""},
		{text + "authorization_details_jwt_vc_json.json", details, ""},
		{text + "authorization_details_ldp_vc.json", details, ""},
		{text + "authorization_details_mso_doc.json", details, ""},
		{text + "authorization_details_multiple_credentials.json", details, ""},
		{text + "authorization_details_sd_jwt_vc.json", details, ""},
		{text + "authorization_details_with_as.json", details, ""},
		{text + "credential_issuer_metadata_sd_jwt_long.json", issuer, ""},
		{text + "credential_metadata_jwt_vc_json.json", kinds, ""},
		{text + "credential_metadata_ldp_vc.json", kinds, ""},
		{text + "credential_metadata_mso_mdoc.json", kinds, ""},
		{text + "credential_metadata_sd_jwt_vc.json", kinds, ""},
		{text + "credential_offer_authz_code.txt", offer, ""},
		{text + "credential_offer_by_reference.json", offer, ""},
		{text + "credential_offer_multiple_credentials.json", offer, ""},
		{text + "credential_offer_pre-authz_code.json", offer, ""},
		{text + "credential_request_iso_mdl.json", request, openid4vci.InvalidCredentialRequest}, // names a format, no configuration
		{text + "credential_response_jwt_vc_json.txt", issued, ""},
		{text + "credential_response_ldp_vc.txt", issued, openid4vci.InvalidRequest}, // an object
		{text + "credential_response_mso_mdoc.txt", issued, ""},
		{text + "credential_response_sd_jwt_vc.txt", issued, ""},
		// Those of HAIP are of a draft before 1.0.
		{haip + "authorization_details_sd_jwt_vc.json", details, openid4vci.InvalidDetails},
		{haip + "credential_offer_sd_jwt_vc.json", offer, openid4vci.InvalidRequest},
		{haip + "credential_request_sd_jwt_vc.json", request, openid4vci.InvalidCredentialRequest},
		{haip + "credential_metadata_sd_jwt_vc.json", kinds, openid4vci.InvalidRequest},
	} {
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			is(t, c.read(example(t, c.path)), c.want)
			if strings.HasPrefix(c.path, haip) {
				is(t, c.read(example(t, strings.Replace(c.path, "haip/1.0", "haip/1.1", 1))), c.want)
			}
		})
	}
}

func TestOffersSayWhatTheTextSays(t *testing.T) {
	o, err := openid4vci.ReadOffer(example(t, "openid4vci/1.0/examples/credential_offer_multiple_credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	if o.Issuer != textIssuer || len(o.Configurations) != 2 || o.Code != nil || o.PreAuthorized.Code != "oaKazRN8I0IbtZ0C7JuMn5" || *o.PreAuthorized.Tx != (openid4vci.TxCode{
		Mode: "numeric", Length: 4, Description: "Please provide the one-time code that was sent via e-mail"}) {
		t.Errorf("%+v", o)
	}
	again, err := openid4vci.ReadOffer(o.JSON())
	if err != nil || string(again.JSON()) != string(o.JSON()) {
		t.Errorf("%+v, %v", again, err)
	}
}

// TestSignaturesOfTheText holds the signed examples to their keys, as far as these are printed.
func TestSignaturesOfTheText(t *testing.T) {
	var keys struct {
		JWKS struct{ Keys []jws.JWK }
	}
	if err := json.Unmarshal(joined(example(t, "openid4vci/1.0/examples/issuer_jwks.json")), &keys); err != nil {
		t.Fatal(err)
	}
	key, err := keys.JWKS.Keys[0].Public()
	if err != nil {
		t.Fatal(err)
	}
	if want := "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + key.Thumbprint(); keys.JWKS.Keys[0].Kid != want {
		t.Errorf("kid %s, want %s", keys.JWKS.Keys[0].Kid, want)
	}
	response := func(name string) string {
		i, err := openid4vci.ReadIssued(joined(example(t, "openid4vci/1.0/examples/"+name)))
		if err != nil {
			t.Fatal(err)
		}
		return i.Credentials[0].Text
	}
	token, err := jws.Parse(response("credential_response_jwt_vc_json.txt"), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	if err := token.Verify(key); err != nil {
		t.Errorf("the JWT VC: %v", err)
	}
	shown, err := sdjwt.Parse(response("credential_response_sd_jwt_vc.txt"), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	if claims, err := shown.Claims(); err != nil || claims["given_name"] != "John" || shown.Issuer.Type != openid4vci.Format {
		t.Errorf("the SD-JWT VC: %v, %v", claims, err)
	}
}

// TestAttestationOfTheText reads the attestation of a wallet that the text prints. Its
// certificate is self-signed, which HAIP forbids: it is refused for that and nothing else.
func TestAttestationOfTheText(t *testing.T) {
	text := string(joined(example(t, "openid4vci/1.0/examples/wallet_attestation.jwt.txt")))
	token, err := jws.Parse(text, jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := x5c.Read(token.Header)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x5c.Key(chain[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := token.Verify(key); err != nil {
		t.Error(err)
	}
	_, err = openid4vci.CheckClient(text, "", openid4vci.ClientDemand{Server: textIssuer, Anchors: chain}, time.Unix(1755023548, 0))
	if is(t, err, openid4vci.InvalidClient); !errors.Is(err, x5c.ErrSelfSigned) {
		t.Errorf("%v", err)
	}
}

// TestSignedMetadataOfTheText reads the claims of signed metadata as metadata.
func TestSignedMetadataOfTheText(t *testing.T) {
	token, err := jws.Parse(string(joined(example(t, "openid4vci/1.0/examples/credential_issuer_metadata_sd_jwt_jwt.txt"))), jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	m, err := openid4vci.ReadIssuer(token.Payload, textIssuer)
	if err != nil || m.Credential != textIssuer+"/credential" || len(m.Configurations) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}
