package main

import (
	"fmt"
	"os"
	"strings"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"${token_create}"`
	List   tokenListCmd   `cmd:"" help:"${token_list}"`
	Revoke tokenRevokeCmd `cmd:"" help:"${token_revoke}"`
}

type tokenCreateCmd struct {
	where
	Name string `arg:"" help:"${arg_token_name}"`
}

func (c tokenCreateCmd) Run(s *session) error {
	a, err := s.open(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	secret, err := a.CreateToken(s.ctx, c.Name)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(map[string]string{"name": c.Name, "token": secret})
	}
	fmt.Fprintln(s.err, s.t("cli.token.created", "name", c.Name))
	fmt.Fprintln(s.out, secret)
	return nil
}

type tokenListCmd struct{ where }

func (c tokenListCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := a.Tokens(s.ctx)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(list)
	}
	rows := make([][]string, len(list))
	for i, t := range list {
		state := s.t("cli.token.active")
		if !t.Revoked.IsZero() {
			state = s.t("cli.token.revoked", "date", t.Revoked.Format("2006-01-02"))
		}
		rows[i] = []string{t.Name, t.Created.Format("2006-01-02"), state}
	}
	s.table(strings.Split(s.t("cli.token.header"), "|"), rows)
	return nil
}

type tokenRevokeCmd struct {
	where
	Name string `arg:"" help:"${arg_token_name}"`
}

func (c tokenRevokeCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.RevokeToken(s.ctx, c.Name); err != nil {
		return err
	}
	return s.done("cli.token.gone", "name", c.Name)
}

type backupCmd struct {
	where
	File string `arg:"" help:"${arg_backup}"`
}

func (c backupCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := newFile(c.File, func(f *os.File) error { return a.Backup(s.ctx, f) }); err != nil {
		return err
	}
	return s.done("cli.backup.done", "file", c.File)
}

type restoreCmd struct {
	where
	File string `arg:"" type:"existingfile" help:"${arg_backup}"`
}

func (c restoreCmd) Run(s *session) error {
	if err := s.restore(c.where, c.File); err != nil {
		return err
	}
	return s.done("cli.restore.done", "file", c.File)
}

// newFile writes a file that does not exist yet, and leaves none behind when the
// writing fails.
func newFile(name string, write func(*os.File) error) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(name)
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	return f.Sync()
}
