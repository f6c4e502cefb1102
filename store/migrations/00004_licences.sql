-- Electronic licences (电子证照). A licence is its records, none of which is ever changed;
-- the other tables say again what the records say, so that it can be asked for, and are
-- held to them by the audit.

-- +goose Up

CREATE TABLE licence_record (
    log     INTEGER PRIMARY KEY, -- log_entry.idx
    id      TEXT    NOT NULL,    -- UUIDv7 of the licence
    version INTEGER NOT NULL,    -- from 1
    record  TEXT    NOT NULL     -- JSON, byte for byte what the leaf has the digest of
);
CREATE UNIQUE INDEX licence_record_version ON licence_record (id, version);

-- A licence as its newest record has it.
CREATE TABLE licence (
    id          TEXT    NOT NULL PRIMARY KEY,
    stem        TEXT    NOT NULL UNIQUE, -- type, issuer and serial number of its identifiers (GB/T 36904)
    version     INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    holder_kind TEXT    NOT NULL,
    holder_code TEXT    NOT NULL,
    last_day    TEXT    NOT NULL,        -- empty: without end
    slot        TEXT    NOT NULL UNIQUE  -- one live licence of a type to a holder
);
CREATE INDEX licence_holder ON licence (holder_kind, holder_code);
CREATE INDEX licence_type ON licence (type, id);
CREATE INDEX licence_end ON licence (last_day);

-- A status list (IETF Token Status List).
CREATE TABLE status_list (
    list TEXT    NOT NULL PRIMARY KEY, -- number from 1
    bits INTEGER NOT NULL,             -- 1, 2, 4 or 8
    size INTEGER NOT NULL              -- places
);

-- Places that are taken. They are never given free.
CREATE TABLE status_place (
    list    TEXT    NOT NULL REFERENCES status_list (list),
    idx     INTEGER NOT NULL,
    licence TEXT    NOT NULL,
    edition INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    PRIMARY KEY (list, idx)
);
CREATE UNIQUE INDEX status_edition ON status_place (licence, edition);

-- +goose Down
DROP TABLE status_place;
DROP TABLE status_list;
DROP TABLE licence;
DROP TABLE licence_record;
