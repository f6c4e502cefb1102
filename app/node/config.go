package node

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/area"
	"conurb/kit/form"
	"conurb/kit/jws"
	"conurb/trust/card"
	"conurb/trust/trustlist"
)

// File is the file of a node's folder that says who it is.
const File = "node.yaml"

// Config says who a node is and where it stands.
type Config struct {
	Name      trustlist.Party
	Title     area.Text
	Listen    string        // HOST:PORT
	URL       string        // by which others reach it: scheme, host and port
	DB        string        // a database elsewhere; empty: in the folder
	Authority card.Body     // that issues licences; empty: none
	Suite     jws.Algorithm // of the keys that sign licences
	TLS       TLS
	Notices   Notices
	Demo      bool // people and licences of the folder are invented
}

// TLS names files, relative to the node's folder; all empty is plain HTTP. With CA, other
// nodes have to show a certificate below it, and this one shows its own.
type TLS struct{ Cert, Key, CA string }

// Problems are the faults of a node.yaml; their words are "node.check.<code>".
type Problems []form.Problem

func (p Problems) Error() string {
	var list []string
	for _, one := range p {
		list = append(list, one.String())
	}
	return strings.Join(list, "; ")
}

// The codes of problems that form does not have.
const (
	ProblemName = "not-a-name"
	ProblemURL  = "not-a-url"
	ProblemAddr = "not-an-address"
	ProblemCode = "bad-code"
	ProblemBoth = "half-given" // a certificate without its key, or an authority without its name
)

// Codes lists every code of a problem.
var Codes = append([]string{ProblemName, ProblemURL, ProblemAddr, ProblemCode, ProblemBoth}, form.Codes...)

// suites are the algorithms that licences may be signed by.
var suites = []string{string(jws.ES256), string(jws.EdDSA), string(jws.SM2)}

// ReadConfig reads a node.yaml. It returns what stands in it, or Problems.
func ReadConfig(file string, b []byte) (Config, error) {
	f := form.Form{File: file}
	m := f.Open(b)
	m.One("format", true, []string{"1"})
	c := Config{Name: trustlist.Party(m.Text("name", true)), Listen: m.Text("listen", true), URL: m.Text("url", true), DB: m.Text("db", false)}
	if t := m.Child("title", true); t != nil {
		c.Title = area.Text{Zh: t.Text("zh", true), En: t.Text("en", true)}
		t.Done()
	}
	if a := m.Child("authority", false); a != nil {
		c.Authority = card.Body{Code: a.Text("code", true), Name: a.Text("name", true)}
		if len(c.Authority.Code) != 18 {
			f.Report(a.Node, "authority.code", ProblemCode, "value", c.Authority.Code)
		}
		a.Done()
	}
	c.Suite = jws.Algorithm(m.One("suite", false, suites))
	if t := m.Child("tls", false); t != nil {
		c.TLS = TLS{t.Text("cert", true), t.Text("key", true), t.Text("ca", false)}
		t.Done()
	}
	c.Notices = readNotices(&f, m)
	c.Demo = m.Flag("demo", false)
	m.Done()
	if len(f.Problems) == 0 {
		c.check(&f, m)
	}
	if len(f.Problems) > 0 {
		return Config{}, Problems(f.Problems)
	}
	return c, nil
}

func (c Config) check(f *form.Form, m *form.Mapping) {
	if !c.Name.Valid() {
		f.Report(m.Node, "name", ProblemName, "value", string(c.Name))
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		f.Report(m.Node, "listen", ProblemAddr, "value", c.Listen)
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || c.URL != u.Scheme+"://"+u.Host {
		f.Report(m.Node, "url", ProblemURL, "value", c.URL)
	}
}

// yamlConfig is a config as it is written.
type yamlConfig struct {
	Format    string            `yaml:"format"`
	Name      string            `yaml:"name"`
	Title     area.Text         `yaml:"title"`
	Listen    string            `yaml:"listen"`
	URL       string            `yaml:"url"`
	DB        string            `yaml:"db,omitempty"`
	Authority map[string]string `yaml:"authority,omitempty"`
	Suite     string            `yaml:"suite"`
	TLS       map[string]string `yaml:"tls,omitempty"`
	Demo      bool              `yaml:"demo,omitempty"`
}

// write writes a new node.yaml.
func (c Config) write(dir string) error {
	y := yamlConfig{Format: "1", Name: string(c.Name), Title: c.Title, Listen: c.Listen, URL: c.URL, DB: c.DB, Suite: string(c.Suite), Demo: c.Demo}
	if c.Authority.Code != "" {
		y.Authority = map[string]string{"code": c.Authority.Code, "name": c.Authority.Name}
	}
	if c.TLS.Cert != "" {
		y.TLS = map[string]string{"cert": c.TLS.Cert, "key": c.TLS.Key}
		if c.TLS.CA != "" {
			y.TLS["ca"] = c.TLS.CA
		}
	}
	b, err := yaml.Marshal(y)
	if err != nil {
		return err
	}
	return newFile(filepath.Join(dir, File), b)
}

// newFile writes a file that must not be there yet, for its owner alone. It is there whole or
// not at all, whenever the power goes.
func newFile(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), name)
}

// ConfigOf reads the node.yaml of a folder.
func ConfigOf(dir string) (Config, error) {
	file := filepath.Join(dir, File)
	b, err := os.ReadFile(file)
	if err != nil {
		return Config{}, fmt.Errorf("node: %w", err)
	}
	return ReadConfig(file, b)
}

// Is tells whether a folder is that of a node.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, File))
	return err == nil
}
