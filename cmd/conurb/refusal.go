package main

import (
	"errors"

	"conurb/app"
	"conurb/kit/sheet"
	"conurb/store"
	"conurb/trust/evidence"
)

// refusals are the errors that a person can do something about, with the key of
// the sentence that says what.
var refusals = []struct {
	err error
	key string
}{
	{store.ErrDSN, "store.error.dsn"}, {store.ErrVersion, "store.error.version"}, {store.ErrReadOnly, "store.error.read-only"},
	{store.ErrForeign, "store.error.foreign"}, {store.ErrFull, "store.error.full"}, {store.ErrUnknown, "store.error.unknown"},
	{store.ErrInvalid, "store.error.invalid"}, {store.ErrMoved, "store.error.moved"}, {store.ErrWithdrawn, "store.error.withdrawn"},
	{store.ErrConflict, "store.error.conflict"}, {store.ErrOtherPack, "store.error.other-pack"}, {store.ErrExists, "store.error.exists"},
	{store.ErrToken, "store.error.token"}, {store.ErrNotEmpty, "store.error.not-empty"}, {store.ErrBackup, "store.error.backup"},
	{store.ErrDamaged, "store.error.damaged"},
	{evidence.ErrBundle, "cli.error.bundle"}, {app.ErrNoDatabase, "cli.error.nodatabase"}, {app.ErrUnknown, "cli.error.unknown"}, {app.ErrNoReason, "cli.error.noreason"},
	{sheet.ErrEncoding, "cli.error.encoding"}, {sheet.ErrWorkbook, "cli.error.workbook"}, {sheet.ErrTooLong, "cli.error.toolong"},
}

// remedy says what to do about an error, empty where there is nothing to add.
func (s *session) remedy(err error) string {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return s.t(r.key)
		}
	}
	return ""
}
