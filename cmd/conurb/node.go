package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"conurb/app"
	"conurb/app/node"
	"conurb/app/town"
	"conurb/kit/jws"
	"conurb/locale"
	"conurb/plan/pack"
	"conurb/trust/card"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// nodeCmd is a node among the others: its folder, its keys, whom it knows, its post.
type nodeCmd struct {
	Init   nodeInitCmd   `cmd:"" help:"${node_init}"`
	Card   nodeCardCmd   `cmd:"" help:"${node_card}"`
	Join   nodeJoinCmd   `cmd:"" help:"${node_join}"`
	List   nodeListCmd   `cmd:"" help:"${node_list}"`
	Status nodeStatusCmd `cmd:"" help:"${node_status}"`
	Rotate nodeRotateCmd `cmd:"" name:"rotate-key" help:"${node_rotate}"`
	Retry  nodeRetryCmd  `cmd:"" help:"${node_retry}"`

	Reconcile nodeReconcileCmd `cmd:"" help:"${node_reconcile}"`
}

// The refusals of these commands.
var (
	errNotNode    = errors.New("not the folder of a node")
	errNoNodes    = errors.New("the region pack has no " + node.RegionFile)
	errNodeName   = errors.New("no node of that name in the region")
	errPort       = errors.New("not an address with a port")
	errCard       = errors.New("not the card of a node")
	errNoSuchPost = errors.New("no dead letter or failed message of that id")
)

var nodeRefusals = []struct {
	err error
	key string
}{
	{errDemoFolder, "node.error.demofolder"}, {town.ErrReal, "node.error.real"}, {town.ErrNoKeys, "node.error.nokeys"}, {errNotNode, "node.error.folder"}, {errNoNodes, "node.error.nonodes"}, {errNodeName, "node.error.name"}, {errPort, "node.error.port"}, {errCard, "node.error.card"},
	{errDemoOf, "node.error.demo"}, {errNoSuchPost, "node.error.post"}, {node.ErrExists, "node.error.exists"}, {node.ErrUnknown, "node.error.unknown"}, {node.ErrCompare, "node.error.compare"},
	{node.ErrMyself, "node.error.myself"}, {node.ErrPurpose, "node.error.purpose"}, {node.ErrMode, "node.error.mode"}, {node.ErrNoKey, "node.error.nokey"},
}

// nodeFault puts the faults of cards and node.yaml into words; other errors pass.
func (s *session) nodeFault(err error) error {
	var f *card.Fault
	var problems node.Problems
	switch {
	case errors.As(err, &f):
		fmt.Fprintln(s.err, locale.T(s.lang, "card.fault."+f.Code, f.Args), locale.T(s.lang, "card.fault."+f.Code+".remedy", f.Args))
	case errors.As(err, &problems):
		for _, p := range problems {
			fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", p.File, p.Line, p.Column, locale.T(s.lang, "node.check."+p.Code, p.Args), locale.T(s.lang, "node.check."+p.Code+".remedy", p.Args))
		}
	default:
		return err
	}
	return errQuiet(1)
}

// openNode opens the node of a folder.
func (s *session) openNode(w where) (*app.App, *node.Node, error) {
	if !node.Is(w.Data) {
		return nil, nil, fmt.Errorf("%s: %w", w.Data, errNotNode)
	}
	c, err := node.ConfigOf(w.Data)
	if err != nil {
		return nil, nil, s.nodeFault(err)
	}
	if w.DB == "" {
		w.DB = c.DB
	}
	a, err := s.open(w, false)
	if err != nil {
		return nil, nil, err
	}
	n, err := node.Open(s.ctx, node.Options{Dir: w.Data, Passphrase: os.Getenv(passphraseVariable), Store: a.Store(), Now: s.now})
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, n, nil
}

// places are the nodes that the region names.
func (s *session) places(p *pack.Pack) ([]node.Place, error) {
	b, ok := p.Files[node.RegionFile]
	if !ok {
		return nil, errNoNodes
	}
	list, err := node.ReadRegion(node.RegionFile, b)
	if err != nil {
		err = s.nodeFault(err)
	}
	return list, err
}

type nodeInitCmd struct {
	where
	Name   string `arg:"" optional:"" help:"${arg_node_name}"`
	All    bool   `help:"${node_all}"`
	Listen string `default:"127.0.0.1:8081" help:"${node_listen}" placeholder:"HOST:PORT"`
	URL    string `help:"${node_url}" placeholder:"URL"`
	Suite  string `default:"ES256" enum:"ES256,EdDSA,SM2" help:"${node_suite}" placeholder:"ES256|EdDSA|SM2"`
}

func (c nodeInitCmd) Run(s *session) error {
	p, err := s.packFor(c.where)
	if err != nil {
		return err
	}
	places, err := s.places(p)
	if err != nil {
		return err
	}
	found := false
	for i, place := range places {
		dir, listen, address := c.Data, c.Listen, c.URL
		if c.All {
			dir = filepath.Join(c.Data, nodesFolder, string(place.Name))
			if listen, err = nthPort(c.Listen, i); err != nil {
				return err
			}
			address = ""
		} else if place.Name != trustlist.Party(c.Name) {
			continue
		}
		found = true
		if err := c.make(s, place, dir, listen, address); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%q: %w", c.Name, errNodeName)
	}
	return nil
}

// nodesFolder holds a folder for each node, where one program runs several.
const nodesFolder = "nodes"

// nthPort is the address with a port that is so much higher; port 0 stays.
func nthPort(address string, n int) (string, error) {
	host, port, err := net.SplitHostPort(address)
	number, nerr := strconv.Atoi(port)
	if err != nil || nerr != nil {
		return "", fmt.Errorf("%s: %w", address, errPort)
	}
	if number > 0 {
		number += n
	}
	return net.JoinHostPort(host, strconv.Itoa(number)), nil
}

func (c nodeInitCmd) make(s *session, place node.Place, dir, listen, address string) error {
	if address == "" {
		address = "http://" + listen
	}
	conf := place.Config(listen, address)
	conf.Suite, conf.DB = jws.Algorithm(c.Suite), c.DB
	if err := node.Make(dir, conf, os.Getenv(passphraseVariable), s.now()); err != nil {
		return s.nodeFault(err)
	}
	a, n, err := s.openNode(where{Data: dir, DB: c.DB, Pack: c.Pack})
	if err != nil {
		return err
	}
	defer a.Close()
	mine, _ := n.Card(n.Me())
	if err := s.sayCard(mine, "node.done.init", "dir", dir); err != nil {
		return err
	}
	if os.Getenv(passphraseVariable) == "" && !s.json {
		fmt.Fprintln(s.err, s.t("trust.done.open"))
	}
	return nil
}

func (s *session) sayCard(c card.Signed, key string, args ...string) error {
	if s.json {
		return s.writeJSON(map[string]any{"name": c.Card.Name, "url": c.Card.URL, "version": c.Card.Version, "fingerprint": c.Fingerprint()})
	}
	fmt.Fprintln(s.err, s.t(key, append(args, "name", string(c.Card.Name), "url", c.Card.URL, "version", strconv.Itoa(c.Card.Version), "fingerprint", c.Fingerprint())...))
	return nil
}

type nodeCardCmd struct {
	where
	To string `help:"${node_to}" placeholder:"FILE"`
}

func (c nodeCardCmd) Run(s *session) error {
	a, n, err := s.openNode(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := n.CardJSON()
	if err != nil {
		return err
	}
	if err := s.writeFile(c.To, b); err != nil {
		return err
	}
	mine, _ := n.Card(n.Me())
	fmt.Fprintln(s.err, s.t("node.done.card", "fingerprint", mine.Fingerprint()))
	return nil
}

type nodeJoinCmd struct {
	where
	From        string `arg:"" help:"${arg_node_card}"`
	Fingerprint string `help:"${node_fingerprint}" placeholder:"TEXT"`
}

// Run keeps the card of another node, once somebody compared its fingerprint.
func (c nodeJoinCmd) Run(s *session) error {
	a, n, err := s.openNode(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	raw, err := readCard(s.ctx, n.Client(), c.From)
	if err != nil {
		return err
	}
	other, err := card.Read(raw)
	if err != nil {
		return s.nodeFault(err)
	}
	if c.Fingerprint == "" {
		if err := s.sayCard(other, "node.compare", "from", c.From); err != nil {
			return err
		}
		return errQuiet(1)
	}
	if err := n.Join(s.ctx, other, c.Fingerprint); err != nil {
		return err
	}
	return s.sayCard(other, "node.done.join")
}

// readCard reads a card from a file, or from a node by its address.
func readCard(ctx context.Context, client *http.Client, from string) ([]byte, error) {
	u, err := url.Parse(from)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return os.ReadFile(from)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(from, "/")+"/node/card", nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", from, errCard, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: HTTP %d: %w", from, answer.StatusCode, errCard)
	}
	return io.ReadAll(io.LimitReader(answer.Body, card.MostBytes+1))
}

type nodeListCmd struct{ where }

func (c nodeListCmd) Run(s *session) error {
	a, n, err := s.openNode(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	type line struct {
		Name        trustlist.Party `json:"name"`
		URL         string          `json:"url"`
		Version     int             `json:"version"`
		Fingerprint string          `json:"fingerprint"`
		Me          bool            `json:"me,omitempty"`
	}
	list := []line{}
	var rows [][]string
	for _, k := range n.Cards() {
		one := line{k.Card.Name, k.Card.URL, k.Card.Version, k.Fingerprint(), k.Card.Name == n.Me()}
		list = append(list, one)
		title := k.Card.Title.In(s.lang)
		if one.Me {
			title += " " + s.t("node.me")
		}
		rows = append(rows, []string{string(one.Name), title, one.URL, strconv.Itoa(one.Version), one.Fingerprint})
	}
	if s.json {
		return s.writeJSON(list)
	}
	s.table(strings.Split(s.t("node.table.list"), "|"), rows)
	return nil
}

type nodeStatusCmd struct{ where }

// Run asks every other node for its card, and says what the post waits for.
func (c nodeStatusCmd) Run(s *session) error {
	a, n, err := s.openNode(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	st, err := n.Status(s.ctx)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(st)
	}
	fmt.Fprintln(s.out, s.t("node.status", "name", string(st.Name), "url", st.URL, "version", strconv.Itoa(st.Version), "log", strconv.FormatInt(st.Log, 10)))
	var rows [][]string
	for _, o := range st.Others {
		state, ahead := s.t("node.up"), s.t("node.seconds", "n", strconv.FormatFloat(o.Ahead, 'f', -1, 64))
		if o.Error != "" {
			state, ahead = s.t("node.down"), "-"
		}
		rows = append(rows, []string{string(o.Name), o.URL, state, ahead, strconv.Itoa(o.Waiting), strconv.Itoa(o.Dead), strconv.Itoa(o.Failed)})
	}
	s.table(strings.Split(s.t("node.table.status"), "|"), rows)
	for _, l := range st.Letters {
		fmt.Fprintln(s.out, s.t("node.letter."+l.Box, "id", l.ID, "other", string(l.Other), "kind", l.Kind, "reason", s.refusal(l.Reason)))
	}
	if len(st.Letters) > 0 {
		return errQuiet(1)
	}
	return nil
}

// refusal is the reason of a message in words.
func (s *session) refusal(r *message.Refusal) string {
	if r == nil {
		return ""
	}
	return locale.T(s.lang, "message.refusal."+r.Code, r.Args)
}

type nodeRotateCmd struct {
	where
	Purpose string        `arg:"" enum:"voice,licences,asks" help:"${arg_node_purpose}"`
	Overlap time.Duration `default:"24h" help:"${node_overlap}" placeholder:"24h"`
	Revoke  bool          `help:"${node_revoke}"`
}

func (c nodeRotateCmd) Run(s *session) error {
	if err := within("--overlap", c.Overlap.Hours(), 0, 24*366); err != nil {
		return err
	}
	a, n, err := s.openNode(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	mine, err := n.Rotate(s.ctx, c.Purpose, c.Overlap, c.Revoke)
	if err != nil {
		return s.nodeFault(err)
	}
	if err := s.sayCard(mine, "node.done.rotate", "purpose", s.t("node.purpose."+c.Purpose)); err != nil {
		return err
	}
	if c.Purpose == node.Licences && !s.json {
		fmt.Fprintln(s.err, s.t("node.rowtoo"))
	}
	return nil
}

type nodeRetryCmd struct {
	where
	ID string `arg:"" help:"${arg_node_message}"`
}

func (c nodeRetryCmd) Run(s *session) error {
	a, n, err := s.openNode(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	there, err := n.Retry(s.ctx, c.ID)
	if err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("%s: %w", c.ID, errNoSuchPost)
	}
	return s.done("node.done.retry", "id", c.ID)
}
