package app

import (
	"context"
	"crypto/rand"
	"errors"

	"conurb/kit/jws"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/store"
)

// ErrNoTypes tells that the region pack has no register of licence types.
var ErrNoTypes = errors.New("the region pack has no " + licence.RegisterFile)

// Sealing is what an authority signs its licences with.
type Sealing struct {
	Key    *jws.Private
	Issuer string // iss; empty: a URN of the authority
	Status string // address below which its status lists are; empty: a URN
}

// LicenceTypes reads the register of the region. Faults come back as licence.Problems.
func (a *App) LicenceTypes() (*licence.Register, error) {
	b, ok := a.pack.Files[licence.RegisterFile]
	if !ok {
		return nil, ErrNoTypes
	}
	return licence.ReadRegister(licence.RegisterFile, b)
}

func (a *App) seal(types *licence.Register, s Sealing) store.Seal {
	return func(r *licence.Record) error {
		return r.Seal(rand.Reader, types.Type(r.Type), s.Key, licence.Settings{Issuer: s.Issuer, Status: s.Status, Zone: a.zone})
	}
}

// IssueLicence issues a licence that was read by licence.ReadDraft.
func (a *App) IssueLicence(ctx context.Context, types *licence.Register, d licence.Draft, by string, shape store.Shape, s Sealing) (licence.Record, error) {
	return a.store.IssueLicence(ctx, types.Type(d.Type), d, by, a.zone, shape, a.seal(types, s))
}

// ActOnLicence does something to a licence, named by its id or the identifier of one of
// its editions. s is needed by actions that make a new edition alone.
func (a *App) ActOnLicence(ctx context.Context, types *licence.Register, key string, action licence.Action, how licence.How, s Sealing) (licence.Record, error) {
	return a.store.ActOnLicence(ctx, types, key, action, how, a.zone, a.seal(types, s))
}

// ExpireLicences ends every licence whose last day is over, and returns how many.
func (a *App) ExpireLicences(ctx context.Context, types *licence.Register, by string) (int, error) {
	return a.store.ExpireLicences(ctx, types, by, a.zone)
}

// Licence returns the newest record of a licence.
func (a *App) Licence(ctx context.Context, key string) (licence.Record, error) {
	return a.store.Licence(ctx, key)
}

// LicenceRecords returns all its records, oldest first.
func (a *App) LicenceRecords(ctx context.Context, id string) ([]licence.Record, error) {
	return a.store.LicenceRecords(ctx, id)
}

// Licences lists newest records.
func (a *App) Licences(ctx context.Context, f store.LicenceFilter) ([]licence.Record, error) {
	return a.store.Licences(ctx, f)
}

// StatusLists lists the status lists with their herds.
func (a *App) StatusLists(ctx context.Context) ([]store.StatusList, error) {
	return a.store.StatusLists(ctx)
}

// LicenceStatus is what the status list says of the edition with an identifier.
func (a *App) LicenceStatus(ctx context.Context, identifier string) (statuslist.Status, error) {
	return a.store.LicenceStatus(ctx, identifier)
}
