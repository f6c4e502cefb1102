package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"conurb/kit/jws"
	"conurb/trust/trustlist"
)

// trustCmd is the trust list: at a node, or as files where keys are named.
type trustCmd struct {
	Key       trustKeyCmd       `cmd:"" help:"${trust_key}"`
	Propose   trustProposeCmd   `cmd:"" help:"${trust_propose}"`
	Sign      trustSignCmd      `cmd:"" help:"${trust_sign}"`
	Refuse    trustRefuseCmd    `cmd:"" help:"${trust_refuse}"`
	Withdraw  trustWithdrawCmd  `cmd:"" help:"${trust_withdraw}"`
	Publish   trustPublishCmd   `cmd:"" help:"${trust_publish}"`
	Proposals trustProposalsCmd `cmd:"" help:"${trust_proposals}"`
	List      trustListCmd      `cmd:"" help:"${trust_list}"`
	Verify    trustVerifyCmd    `cmd:"" help:"${trust_verify}"`
	Judge     trustJudgeCmd     `cmd:"" help:"${trust_judge}"`
}

type trustProposeCmd struct {
	where
	File   string `arg:"" type:"existingfile" help:"${arg_trust_change}"`
	Key    string `type:"existingfile" help:"${trust_secret}" placeholder:"NAME.key"`
	Issuer string `type:"existingfile" help:"${trust_issuer}" placeholder:"NAME.jwk"`
	To     string `help:"${trust_to}" placeholder:"FILE"`
	By     string `help:"${trust_by}" placeholder:"NAME"`
}

func (c trustProposeCmd) Run(s *session) error {
	if c.Key == "" {
		return c.atNode(s)
	}
	key, name, err := s.signingKey(c.Key)
	if err != nil {
		return err
	}
	issuer, err := s.issuer(c.Issuer)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	given := trustlist.Given{By: trustlist.Party(name), Proposed: trustlist.InstantOf(s.now()), Issuer: issuer}
	change, err := trustlist.ReadChange(raw, given)
	if err != nil {
		return s.trustFault(c.File, err)
	}
	proposal, err := trustlist.Signed{Change: change}.Sign(rand.Reader, trustlist.Party(name), key)
	if err != nil {
		return s.trustFault(c.File, err)
	}
	return s.writeProposal(proposal, name, c.To)
}

type trustSignCmd struct {
	where
	File string `arg:"" help:"${arg_trust_proposal}"`
	Key  string `type:"existingfile" help:"${trust_secret}" placeholder:"NAME.key"`
	To   string `help:"${trust_to}" placeholder:"FILE"`
	By   string `help:"${trust_by}" placeholder:"NAME"`
}

func (c trustSignCmd) Run(s *session) error {
	if c.Key == "" {
		return c.atNode(s)
	}
	key, name, err := s.signingKey(c.Key)
	if err != nil {
		return err
	}
	proposal, err := s.proposal(c.File)
	if err != nil {
		return err
	}
	if proposal, err = proposal.Sign(rand.Reader, trustlist.Party(name), key); err != nil {
		return s.trustFault(c.File, err)
	}
	return s.writeProposal(proposal, name, c.To)
}

func (s *session) proposal(file string) (trustlist.Signed, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return trustlist.Signed{}, err
	}
	p, err := trustlist.ReadProposal(raw)
	if err != nil {
		err = s.trustFault(file, err)
	}
	return p, err
}

// writeProposal writes a proposal and says whose signatures it still needs.
func (s *session) writeProposal(p trustlist.Signed, by, to string) error {
	var b bytes.Buffer
	if err := encode(&b, p); err != nil {
		return err
	}
	if err := s.writeFile(to, b.Bytes()); err != nil {
		return err
	}
	missing := s.t("trust.none")
	if list := p.Missing(); len(list) > 0 {
		missing = strings.Join(texts(list), ", ")
	}
	fmt.Fprintln(s.err, s.t("trust.done.proposed", "id", p.Change.ID(), "by", by, "missing", missing))
	return nil
}

type trustPublishCmd struct {
	where
	Proposals []string `arg:"" optional:"" help:"${arg_trust_proposals}"`
	List      string   `type:"existingfile" help:"${trust_old}" placeholder:"FILE"`
	Key       string   `type:"existingfile" help:"${trust_secret}" placeholder:"office.key"`
	someKeys
	Published string `help:"${trust_published}" placeholder:"INSTANT"`
	To        string `help:"${trust_to}" placeholder:"FILE"`
	By        string `help:"${trust_by}" placeholder:"NAME"`
}

func (c trustPublishCmd) Run(s *session) error {
	if c.Key == "" {
		return c.atNode(s)
	}
	key, _, err := s.signingKey(c.Key)
	if err != nil {
		return err
	}
	keys, err := c.read(s)
	if err != nil {
		return err
	}
	list := &trustlist.List{}
	if c.List != "" {
		if list, err = s.openList(c.List, keys); err != nil {
			return err
		}
	}
	var proposals []trustlist.Signed
	for _, file := range c.Proposals {
		p, err := s.proposal(file)
		if err != nil {
			return err
		}
		if err := p.Verify(keys); err != nil {
			return s.trustFault(file, err)
		}
		proposals = append(proposals, p)
	}
	published, err := s.instant(c.Published)
	if err != nil {
		return err
	}
	if published > trustlist.InstantOf(s.now()) {
		return s.trustFault(c.Published, errFuture)
	}
	if list, err = list.Publish(rand.Reader, proposals, published, keys, key); err != nil {
		return s.trustFault(c.List, err)
	}
	b, err := list.Bytes()
	if err != nil {
		return err
	}
	if err := s.writeFile(c.To, b); err != nil {
		return err
	}
	fmt.Fprintln(s.err, s.t("trust.done.published", "version", strconv.Itoa(list.Version()), "published", published.String(), "n", strconv.Itoa(len(proposals)), "digest", list.Digest()))
	return nil
}

// openList reads a list and checks all of it.
func (s *session) openList(file string, keys trustlist.Keys) (*trustlist.List, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	l, err := trustlist.Open(raw, keys)
	if err != nil {
		err = s.trustFault(file, err)
	}
	return l, err
}

type trustVerifyCmd struct {
	File string `arg:"" type:"existingfile" help:"${arg_trust_list}"`
	trustKeys
	Extends string `type:"existingfile" help:"${trust_extends}" placeholder:"FILE"`
}

func (c trustVerifyCmd) Run(s *session) error {
	keys, err := c.read(s)
	if err != nil {
		return err
	}
	list, err := s.openList(c.File, keys)
	if err != nil {
		return err
	}
	extends := 0
	if c.Extends != "" {
		old, err := s.openList(c.Extends, keys)
		if err != nil {
			return err
		}
		if err := list.Extends(old); err != nil {
			return s.trustFault(c.File, err)
		}
		extends = old.Version()
	}
	all := list.Publications()
	published := all[len(all)-1].Published
	if s.json {
		return s.writeJSON(map[string]any{"version": list.Version(), "published": published, "digest": list.Digest(), "extends": extends})
	}
	fmt.Fprintln(s.out, s.t("trust.done.verified", "version", strconv.Itoa(list.Version()), "published", published.String(), "digest", list.Digest()))
	if extends > 0 {
		fmt.Fprintln(s.out, s.t("trust.done.extends", "version", strconv.Itoa(extends)))
	}
	return nil
}

// instant reads a day, which means its end on this machine's clock, or an instant; nothing
// is now.
func (s *session) instant(text string) (trustlist.Instant, error) {
	if text == "" {
		return trustlist.InstantOf(s.now()), nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, s.now().Location()); err == nil {
		return trustlist.InstantOf(day.AddDate(0, 0, 1)) - 1, nil
	}
	i, err := trustlist.ParseInstant(text)
	if err != nil {
		err = s.trustFault(text, err)
	}
	return i, err
}

// issuer is the public key of an authority, if one is named.
func (s *session) issuer(file string) (jws.Public, error) {
	if file == "" {
		return jws.Public{}, nil
	}
	k, _, err := s.publicKey(file)
	return k, err
}
