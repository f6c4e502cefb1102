package fund

import (
	"encoding/json"
	"slices"
	"strings"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/ledger"
)

// The items of the catalogue.
const (
	ItemSocial    = "social-security-transfer"
	ItemProvident = "provident-fund"
	ItemMedical   = "medical-elsewhere"
)

// Items lists them.
var Items = []string{ItemSocial, ItemProvident, ItemMedical}

// SchemeOf is the scheme of an item.
func SchemeOf(item string) string {
	switch item {
	case ItemSocial:
		return Social
	case ItemProvident:
		return Provident
	case ItemMedical:
		return Medical
	}
	return ""
}

// What an application asks for.
const (
	Transfer = "transfer"
	Withdraw = "withdraw"
)

// Form is what an applicant says, of all three items.
type Form struct {
	Name     string      `json:"name"`
	Number   string      `json:"number"`
	From     ledger.City `json:"from"` // that has the account
	Do       string      `json:"do"`   // of a provident fund
	Reason   string      `json:"reason"`
	Amount   ledger.Fen  `json:"amount"`
	Bank     string      `json:"bank"`
	Card     string      `json:"card"`
	To       ledger.City `json:"to"` // of treatment
	Kind     string      `json:"kind"`
	Since    area.Date   `json:"since"`
	Until    area.Date   `json:"until"`
	Hospital string      `json:"hospital"`
}

// ReadForm reads the form of a case and holds it to what these rules need, at city me.
func ReadForm(c *casework.Case, me ledger.City) (f Form, no *casework.Refusal) {
	if err := json.Unmarshal(c.Form, &f); err != nil {
		return f, casework.Refuse(RefusedForm, "field", "/")
	}
	f.Name = strings.TrimSpace(f.Name)
	if c.Applicant.Code == "" || !strings.EqualFold(f.Number, c.Applicant.Code) {
		return f, casework.Refuse(RefusedNotYours)
	}
	f.Number = c.Applicant.Code
	other := f.From
	field := ""
	switch {
	case f.Name == "":
		field = "/name"
	case c.Item == ItemMedical && (f.To == "" || !slices.Contains([]string{"settled", "resident", "posted", "referral"}, f.Kind)):
		field = "/kind"
	case c.Item == ItemMedical && f.Since == 0:
		field = "/since"
	case c.Item == ItemProvident && f.Do != Transfer && f.Do != Withdraw:
		field = "/do"
	case f.Do == Withdraw && (f.Bank == "" || f.Card == ""):
		field = "/card"
	case f.Do == Withdraw && f.Amount <= 0:
		field = "/amount"
	case c.Item != ItemMedical && f.From == "":
		field = "/from"
	}
	if field != "" {
		return f, casework.Refuse(RefusedForm, "field", field)
	}
	if c.Item == ItemMedical {
		other = f.To
	}
	if other == me {
		return f, casework.Refuse(RefusedSame)
	}
	if c.Item == ItemSocial {
		f.Do = Transfer
	}
	return f, nil
}
