-- The counter (窗口核验): what was asked of wallets, what came of every check, who looked at
-- the licences that this node issued (查验记录) and what their holders object. All of it
-- follows from notes, but for what is marked; status lists of other nodes are kept as copies.

-- +goose Up

CREATE TABLE counter_request (
    id       TEXT    NOT NULL PRIMARY KEY,     -- UUIDv7
    log      INTEGER NOT NULL REFERENCES note (log),
    state    TEXT    NOT NULL,                 -- open, answered, declined
    until_at TEXT    NOT NULL,                 -- then it is no longer answered
    check_id TEXT    NOT NULL,                 -- what came of it; empty while nothing did
    ask      TEXT    NOT NULL,                 -- not of a note: what the answer is held to; empty once it is over
    trouble  TEXT    NOT NULL                  -- not of a note: why the last answer was refused
);

CREATE TABLE counter_check (
    id         TEXT    NOT NULL PRIMARY KEY,   -- UUIDv7
    log        INTEGER NOT NULL REFERENCES note (log),
    accepted   INTEGER NOT NULL,               -- the note of it; -1: none
    disputed   INTEGER NOT NULL,
    replied    INTEGER NOT NULL,
    held       TEXT    NOT NULL,               -- not of a note: what was shown, until it is accepted or dropped
    held_until TEXT    NOT NULL
);
CREATE INDEX counter_check_log ON counter_check (log);
CREATE INDEX counter_check_disputed ON counter_check (disputed);

CREATE TABLE licence_visit (
    city        TEXT    NOT NULL,              -- that looked
    id          TEXT    NOT NULL,              -- of its check
    log         INTEGER NOT NULL REFERENCES note (log),
    licence     TEXT    NOT NULL,
    holder_kind TEXT    NOT NULL,
    holder_code TEXT    NOT NULL,
    objected    INTEGER NOT NULL,              -- the note of it; -1: none
    settled     INTEGER NOT NULL,
    PRIMARY KEY (city, id)
);
CREATE INDEX licence_visit_holder ON licence_visit (holder_kind, holder_code, log);
CREATE INDEX licence_visit_licence ON licence_visit (licence, log);

-- Signed status lists of other nodes, the newest of each. They prove themselves and can be
-- had again: no evidence.
CREATE TABLE kept_statuses (
    uri    TEXT NOT NULL PRIMARY KEY,
    issued TEXT NOT NULL,
    token  TEXT NOT NULL
);

-- +goose Down
DROP TABLE kept_statuses;
DROP TABLE licence_visit;
DROP TABLE counter_check;
DROP TABLE counter_request;
