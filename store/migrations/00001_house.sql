-- One text for SQLite and PostgreSQL (docs/decisions/0002).
--
-- INTEGER PRIMARY KEY is the row's own address in SQLite and four bytes in
-- PostgreSQL: a log ends at 2,147,483,647 entries. BYTEA is no type of SQLite,
-- which therefore keeps the blobs it is given as they are. Days are ISO 8601,
-- moments RFC 3339 in UTC with microseconds, hashes lower-case hex: what a
-- person reads in the table is what the leaf says.

-- +goose Up

-- The head is locked by every writer first: that is what keeps the log gapless.
CREATE TABLE log_head (
    id       INTEGER PRIMARY KEY,
    size     BIGINT NOT NULL,
    frontier TEXT   NOT NULL, -- roots of the perfect subtrees, largest first
    root     TEXT   NOT NULL,
    vkey     TEXT   NOT NULL  -- of the newest key entry; empty before the first
);
INSERT INTO log_head (id, size, frontier, root, vkey)
VALUES (1, 0, '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '');

CREATE TABLE log_entry (
    idx         INTEGER PRIMARY KEY, -- from 0, without gaps
    kind        TEXT NOT NULL,
    leaf        TEXT NOT NULL,       -- canonical JSON, byte for byte what was hashed
    hash        TEXT NOT NULL,
    recorded_at TEXT NOT NULL
);

-- Nodes of level 8, 16, 24 ...: with them a proof reads a few thousand hashes
-- of a log of millions, and an append writes one node in 256.
CREATE TABLE log_node (
    level INTEGER NOT NULL,
    pos   BIGINT  NOT NULL,
    hash  TEXT    NOT NULL,
    PRIMARY KEY (level, pos)
);

CREATE TABLE log_checkpoint (
    size BIGINT NOT NULL PRIMARY KEY,
    note TEXT   NOT NULL -- C2SP signed note
);

CREATE TABLE observation (
    log         INTEGER PRIMARY KEY, -- log_entry.idx
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    indicator   TEXT    NOT NULL,
    scope       TEXT    NOT NULL,
    period      TEXT    NOT NULL,
    first_day   TEXT    NOT NULL,
    last_day    TEXT    NOT NULL,
    value       DOUBLE PRECISION NOT NULL,
    source      TEXT    NOT NULL,
    source_text TEXT    NOT NULL,
    grade       TEXT    NOT NULL,
    published   TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    withdrawn   BOOLEAN NOT NULL,
    reason      TEXT    NOT NULL,
    recorded    TEXT    NOT NULL,
    recorded_by TEXT    NOT NULL,
    ref_file    TEXT    NOT NULL,
    ref_line    INTEGER NOT NULL
);
CREATE UNIQUE INDEX observation_version ON observation (id, version);

-- The files of a pack stand once, however often it came into force again.
CREATE TABLE pack_files (
    digest TEXT  NOT NULL PRIMARY KEY,
    files  BYTEA NOT NULL -- a zip
);

CREATE TABLE pack_version (
    log    INTEGER PRIMARY KEY, -- log_entry.idx
    pack   TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES pack_files (digest)
);

-- What was asked and by which pack it was answered stands in the leaf.
CREATE TABLE board_snapshot (
    log   INTEGER PRIMARY KEY, -- log_entry.idx
    board BYTEA NOT NULL       -- canonical JSON, gzip
);

CREATE TABLE token (
    id        TEXT NOT NULL PRIMARY KEY, -- UUIDv7
    name      TEXT NOT NULL UNIQUE,
    secret    TEXT NOT NULL UNIQUE,      -- SHA-256 of 256 random bits
    created   TEXT NOT NULL,
    revoked   TEXT NOT NULL,             -- empty while it is good
    last_used TEXT NOT NULL
);

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE meta;
DROP TABLE token;
DROP TABLE board_snapshot;
DROP TABLE pack_version;
DROP TABLE pack_files;
DROP TABLE observation;
DROP TABLE log_checkpoint;
DROP TABLE log_node;
DROP TABLE log_entry;
DROP TABLE log_head;
