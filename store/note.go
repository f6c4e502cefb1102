package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"conurb/trust/evidence"
)

// fileNotes are the rows of notes in a backup, in the order of the log; older backups have
// none.
const fileNotes = "notes.jsonl"

// selectNotes reads all of them.
const selectNotes = `SELECT log, room, id, action, text FROM note ORDER BY log`

// note writes something down for a room, with its entry. What else the room keeps follows
// from its notes: see noted.
func (w *writing) note(room, action, id string, text []byte) (int64, error) {
	log, err := w.append(evidence.Leaf{Type: evidence.TypeNote, Note: &evidence.Note{
		Room: room, ID: id, Action: action, SHA256: evidence.SHA256(text), Size: int64(len(text))}})
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", room, id, err)
	}
	return log, w.noteRow(savedNote{log, room, id, action, string(text)})
}

func (w *writing) noteRow(n savedNote) error {
	if err := w.notes.add(n.Log, n.Room, n.ID, n.Action, n.Text); err != nil {
		return fmt.Errorf("%s %s: %w", n.Room, n.ID, err)
	}
	return nil
}

// noted are the rooms' own tables, made again from their notes when a backup is restored.
var noted = map[string]func(w *writing, n savedNote) error{
	roomPerson:    (*writing).personNoted,
	roomCard:      (*writing).cardNoted,
	roomTrustList: (*writing).trustNoted, roomTrustProposal: (*writing).trustNoted, roomTrustHeard: (*writing).trustNoted, roomTrustFinding: (*writing).trustNoted,
	roomHandout: (*writing).handoutNoted,
	roomCounter: (*writing).counterNoted,
	roomCase:    (*writing).caseNoted, roomCaseFigures: (*writing).figuresNoted, roomBundle: (*writing).bundleNoted,
	roomHousehold: (*writing).householdNoted,
	roomFamily:    (*writing).familyNoted,
	roomEntering:  (*writing).enteringNoted, roomAsked: (*writing).enteringNoted,
	roomNotice:    (*writing).noticeNoted,
	roomLedger:    (*writing).ledgerNoted,
	roomCatalogue: (*writing).editionNoted,
}

// savedNote is a note as a backup keeps it.
type savedNote struct {
	Log    int64  `json:"log"`
	Room   string `json:"room"`
	ID     string `json:"id"`
	Action string `json:"action"`
	Text   string `json:"text"`
}

func (n *savedNote) scan(rows *sql.Rows) error {
	return rows.Scan(&n.Log, &n.Room, &n.ID, &n.Action, &n.Text)
}

// migrated tells whether a database has had a migration: who only reads may read one that
// has not been brought up to date.
func migrated(ctx context.Context, tx *sql.Tx, version int) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM goose_db_version WHERE version_id = $1 AND is_applied`, version).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("migrations: %w", err)
	}
	return n > 0, nil
}

func readNotes(ctx context.Context, tx *sql.Tx, to *evidence.Copy) error {
	there, err := migrated(ctx, tx, 6)
	to.HasNotes = there || err != nil
	if !there || err != nil {
		return err
	}
	c := newCells("note", "log", "room", "id", "action", "text")
	return eachCells(ctx, tx, selectNotes, c, func() {
		r := evidence.NoteRow{Log: c.integer(0), Room: c.text(1), ID: c.text(2), Action: c.text(3), SHA256: evidence.SHA256([]byte(c.text(4)))}
		r.Fault = c.fault()
		to.Notes = append(to.Notes, r)
	})
}

func saveNotes(ctx context.Context, tx *sql.Tx, extra map[string][]byte) error {
	if there, err := migrated(ctx, tx, 6); !there || err != nil {
		return err
	}
	var lines bytes.Buffer
	err := each(ctx, tx, selectNotes, func(rows *sql.Rows) error {
		var n savedNote
		if err := n.scan(rows); err != nil {
			return err
		}
		return writeLine(&lines, n)
	})
	extra[fileNotes] = lines.Bytes()
	return err
}

// savedNotes reads the rows of notes, which a backup of before has not.
func savedNotes(b *evidence.Bundle) (map[int64]savedNote, error) {
	all := map[int64]savedNote{}
	b.HasNotes = true
	d := json.NewDecoder(bytes.NewReader(b.Extra[fileNotes]))
	for d.More() {
		var n savedNote
		if err := d.Decode(&n); err != nil {
			return nil, fmt.Errorf("%w: %s: %v", ErrBackup, fileNotes, err)
		}
		all[n.Log] = n
		b.Notes = append(b.Notes, evidence.NoteRow{Log: n.Log, Room: n.Room, ID: n.ID, Action: n.Action, SHA256: evidence.SHA256([]byte(n.Text))})
	}
	return all, nil
}

// restoreNote writes a note and what its room keeps.
func (w *writing) restoreNote(n savedNote) error {
	if err := w.noteRow(n); err != nil {
		return err
	}
	if again := noted[n.Room]; again != nil {
		return again(w, n)
	}
	return nil
}
