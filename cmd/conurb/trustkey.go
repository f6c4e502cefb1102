package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"conurb/kit/jws"
	"conurb/kit/keyfile"
	"conurb/locale"
	"conurb/trust/trustlist"
)

// passphraseVariable holds the passphrase of key files: an argument would stand in the
// list of processes and in the shell's history.
const passphraseVariable = "CONURB_KEY_PASSPHRASE"

// The refusals of key files and instants on the command line.
var (
	errMode    = errors.New("others may read the key file")
	errKeyName = errors.New("not a name of a key")
	errFuture  = errors.New("an instant in the future")
	errNoKeys  = errors.New("no public keys")
)

// trustRefusals are the errors of these commands that are no faults of a list, with what
// to do about them.
var trustRefusals = []struct {
	err error
	key string
}{
	{keyfile.ErrForm, "trust.error.form"}, {keyfile.ErrPassphrase, "trust.error.passphrase"}, {keyfile.ErrSealed, "trust.error.sealed"},
	{keyfile.ErrPublic, "trust.error.public"}, {errMode, "trust.error.mode"}, {errKeyName, "trust.error.name"},
	{trustlist.ErrInstant, "trust.error.instant"}, {errFuture, "trust.error.future"}, {errNoKeys, "trust.error.nokeys"}, {errNeither, "trust.error.neither"}, {fs.ErrExist, "trust.error.exists"},
}

// trustFault says why something was refused: file, line and what to do.
func (s *session) trustFault(file string, err error) error {
	var f *trustlist.Fault
	if errors.As(err, &f) {
		where := file
		if f.Line > 0 {
			where += ":" + strconv.Itoa(f.Line)
		}
		if where != "" {
			where += ": "
		}
		args := map[string]string{}
		for k, v := range f.Args {
			args[k] = s.oneLine(v)
		}
		fmt.Fprintf(s.err, "%s%s %s\n", where, locale.T(s.lang, "trust.fault."+f.Code, args), locale.T(s.lang, "trust.fault."+f.Code+".remedy", args))
		return errQuiet(1)
	}
	for _, r := range trustRefusals {
		if errors.Is(err, r.err) {
			fmt.Fprintln(s.err, s.t("cli.error.known", "error", file+": "+err.Error(), "words", s.t(r.key)))
			return errQuiet(1)
		}
	}
	return err
}

// oneLine is a text without line breaks; one that is empty is open.
func (s *session) oneLine(text string) string {
	if text == "" {
		return s.t("trust.open")
	}
	return strings.Join(strings.Fields(text), " ")
}

type trustKeyCmd struct {
	Name  string `arg:"" help:"${arg_trust_name}"`
	Suite string `default:"EdDSA" enum:"EdDSA,ES256,SM2" help:"${trust_suite}" placeholder:"EdDSA|ES256|SM2"`
	To    string `default:"." help:"${trust_folder}" placeholder:"DIR"`
}

func (c trustKeyCmd) Run(s *session) error {
	if !trustlist.Party(c.Name).Valid() {
		return s.trustFault(c.Name, errKeyName)
	}
	key, err := jws.Generate(jws.Algorithm(c.Suite), rand.Reader)
	if err != nil {
		return err
	}
	passphrase := os.Getenv(passphraseVariable)
	secret, err := keyfile.Write(rand.Reader, key, c.Name, passphrase)
	if err != nil {
		return err
	}
	public, err := keyfile.Public(key.Public(), c.Name)
	if err != nil {
		return err
	}
	secretFile, publicFile := filepath.Join(c.To, c.Name+".key"), filepath.Join(c.To, c.Name+".jwk")
	if err := s.writeFile(publicFile, public); err != nil {
		return err
	}
	if err := s.writeFile(secretFile, secret); err != nil {
		return errors.Join(err, os.Remove(publicFile))
	}
	thumbprint := key.Public().Thumbprint()
	if s.json {
		return s.writeJSON(map[string]any{"key": secretFile, "jwk": publicFile, "thumbprint": thumbprint, "sealed": passphrase != ""})
	}
	fmt.Fprintln(s.err, s.t("trust.done.key", "key", secretFile, "jwk", publicFile, "thumbprint", thumbprint))
	if passphrase == "" {
		fmt.Fprintln(s.err, s.t("trust.done.open"))
	}
	return nil
}

// writeFile writes a file that does not exist yet, for its owner alone; without a name,
// standard output.
func (s *session) writeFile(name string, b []byte) error {
	if name == "" {
		_, err := s.out.Write(b)
		return err
	}
	err := newFile(name, func(f *os.File) error { _, err := f.Write(b); return err })
	if err != nil {
		err = s.trustFault(name, err)
	}
	return err
}

// signingKey reads a key file of which only its owner has the use.
func (s *session) signingKey(file string) (*jws.Private, string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, "", err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && filepath.Ext(file) != ".jwk" {
		return nil, "", s.trustFault(file, errMode)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, "", err
	}
	key, name, err := keyfile.Read(raw, os.Getenv(passphraseVariable))
	if err != nil {
		err = s.trustFault(file, err)
	}
	return key, name, err
}

func (s *session) publicKey(file string) (jws.Public, string, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return jws.Public{}, "", err
	}
	key, name, err := keyfile.ReadPublic(raw)
	if err != nil {
		err = s.trustFault(file, err)
	}
	return key, name, err
}

// trustKeys are the public keys from which a list is checked.
type trustKeys struct {
	Keys []string `required:"" type:"existingfile" env:"CONURB_TRUST_KEYS" help:"${trust_keys}" placeholder:"FILE,..."`
}

func (k trustKeys) read(s *session) (trustlist.Keys, error) {
	keys := trustlist.Keys{}
	for _, file := range k.Keys {
		key, name, err := s.publicKey(file)
		if err != nil {
			return nil, err
		}
		if !trustlist.Party(name).Valid() {
			return nil, s.trustFault(file, fmt.Errorf("%q: %w", name, errKeyName))
		}
		keys[trustlist.Party(name)] = append(keys[trustlist.Party(name)], key)
	}
	return keys, nil
}

// someKeys are trustKeys of a command that needs none at a node.
type someKeys struct {
	Keys []string `type:"existingfile" env:"CONURB_TRUST_KEYS" help:"${trust_keys}" placeholder:"FILE,..."`
}

func (k someKeys) read(s *session) (trustlist.Keys, error) {
	if len(k.Keys) == 0 {
		return nil, s.trustFault("--keys", errNoKeys)
	}
	return trustKeys(k).read(s)
}

// encode writes a value for machines and people.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func texts(parties []trustlist.Party) []string {
	list := make([]string, len(parties))
	for i, p := range parties {
		list[i] = string(p)
	}
	return list
}
