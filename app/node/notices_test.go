package node_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conurb/app/node"
)

const plain = "format: \"1\"\nname: changsha\ntitle: {zh: 长沙市, en: Changsha}\nlisten: 127.0.0.1:8080\nurl: http://127.0.0.1:8080\n"

func TestHowANodeTellsPeople(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing said", "", ""},
		{"a server", "notices: {private: true, mail: {host: mail.example.org, port: 587, from: a@example.org, user: u, password-file: p, tls: starttls}}\n", ""},
		{"without signing in", "notices: {mail: {host: localhost, port: 25, from: a@example.org, tls: none}}\n", ""},
		{"no port", "notices: {mail: {host: mail.example.org, from: a@example.org}}\n", "notices.mail.port"},
		{"a port that is none", "notices: {mail: {host: mail.example.org, port: 70000, from: a@example.org}}\n", "notices.mail.port"},
		{"a user without a password", "notices: {mail: {host: mail.example.org, port: 587, from: a@example.org, user: u}}\n", "notices.mail"},
		{"the password itself", "notices: {mail: {host: mail.example.org, port: 587, from: a@example.org, user: u, password: secret}}\n", "notices.mail"},
		{"another way", "notices: {mail: {host: mail.example.org, port: 587, from: a@example.org, tls: maybe}}\n", "notices.mail.tls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conf, err := node.ReadConfig("node.yaml", []byte(plain+c.text))
			var all node.Problems
			if c.want == "" {
				if err != nil || (conf.Notices.Mail.Host != "") != strings.Contains(c.text, "host") || conf.Notices.Private != strings.Contains(c.text, "private") {
					t.Errorf("%+v, %v", conf.Notices, err)
				}
				return
			}
			if !errors.As(err, &all) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("it tells the password: %v", err)
			}
		})
	}
}

func TestThePasswordOfTheMailServer(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p"), []byte("a secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := node.Mail{File: "p"}
	if got, err := m.Password(dir); err != nil || got != "a secret" {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.Chmod(filepath.Join(dir, "p"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Password(dir); err == nil || strings.Contains(err.Error(), "a secret") {
		t.Errorf("others may read it: %v", err)
	}
	if _, err := (node.Mail{File: "none"}).Password(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if got, err := (node.Mail{}).Password(dir); err != nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
}
