-- The register of residence (户口登记) and its moves between cities. Every row follows from
-- notes of the room "household", but for when what is sent again and what waits in the outbox.

-- +goose Up

CREATE TABLE household_entry (
    person   TEXT   NOT NULL PRIMARY KEY,
    epoch    BIGINT NOT NULL, -- never goes down
    standing TEXT   NOT NULL, -- registered, deciding, moved
    to_city  TEXT   NOT NULL, -- where he went, or is about to
    transfer TEXT   NOT NULL  -- by which he came, or is leaving
);

-- The four messages are each the id of a message of this node's boxes, the JSON of one that
-- came within another, or empty.
CREATE TABLE household_transfer (
    id           TEXT    NOT NULL PRIMARY KEY,
    from_city    TEXT    NOT NULL,
    to_city      TEXT    NOT NULL,
    persons      TEXT    NOT NULL, -- JSON: with the epochs before the move
    until_at     BIGINT  NOT NULL, -- seconds since 1970
    state        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    promise      TEXT    NOT NULL, -- of to_city
    decision     TEXT    NOT NULL, -- of from_city
    witness      TEXT    NOT NULL, -- of witness_city
    witness_city TEXT    NOT NULL,
    certificate  TEXT    NOT NULL, -- of from_city
    sent_at      BIGINT  NOT NULL,
    due          BIGINT  NOT NULL, -- when something is done about it by itself; 0 never
    tries        INTEGER NOT NULL
);
CREATE INDEX household_transfer_due ON household_transfer (due) WHERE due > 0;
CREATE INDEX household_transfer_state ON household_transfer (state, id);

-- Decisions that are kept for other cities.
CREATE TABLE household_witnessed (
    from_city   TEXT   NOT NULL,
    person      TEXT   NOT NULL,
    epoch       BIGINT NOT NULL, -- that the person has after the move
    transfer    TEXT   NOT NULL,
    incarnation BIGINT NOT NULL,
    decision    TEXT   NOT NULL, -- of from_city
    PRIMARY KEY (from_city, person, epoch)
);

-- Who has ever been on his way between this city and another.
CREATE TABLE household_met (
    other  TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (other, person)
);

CREATE TABLE household_number (
    name TEXT   NOT NULL PRIMARY KEY,
    n    BIGINT NOT NULL
);

-- What was last sent of a kind about a thing to a node. No evidence: the messages have theirs.
CREATE TABLE household_out (
    receiver TEXT NOT NULL,
    kind     TEXT NOT NULL,
    about    TEXT NOT NULL,
    id       TEXT NOT NULL, -- of the message
    PRIMARY KEY (receiver, kind, about)
);

-- +goose Down
DROP TABLE household_out;
DROP TABLE household_number;
DROP TABLE household_met;
DROP TABLE household_witnessed;
DROP TABLE household_transfer;
DROP TABLE household_entry;
