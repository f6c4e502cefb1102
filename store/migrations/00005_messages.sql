-- Messages between nodes (节点间报文). A message is its entries, none of which is ever
-- changed; the two boxes say where each stands, and are held to the entries by the audit.

-- +goose Up

CREATE TABLE message (
    log    INTEGER PRIMARY KEY, -- log_entry.idx
    action TEXT    NOT NULL,    -- sent, taken, done
    sender TEXT    NOT NULL,
    id     TEXT    NOT NULL,    -- UUIDv7
    text   TEXT    NOT NULL     -- the message with its signature, byte for byte; empty when done
);
CREATE INDEX message_id ON message (sender, id);

CREATE TABLE message_out (
    id       TEXT    NOT NULL PRIMARY KEY,
    log      INTEGER NOT NULL REFERENCES message (log), -- its newest text
    receiver TEXT    NOT NULL,
    case_id  TEXT    NOT NULL,
    sequence INTEGER NOT NULL, -- from 1 in the case, to that receiver
    state    TEXT    NOT NULL, -- waiting, delivered, dead
    tries    INTEGER NOT NULL,
    next_at  TEXT    NOT NULL, -- when it may be sent again
    since    TEXT    NOT NULL, -- when it was sent, or sent again by a person
    reason   TEXT    NOT NULL  -- JSON of the refusal of the last try; empty if there is none
);
CREATE UNIQUE INDEX message_out_sequence ON message_out (receiver, case_id, sequence);
CREATE INDEX message_out_state ON message_out (state, next_at);

CREATE TABLE message_in (
    sender   TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    log      INTEGER NOT NULL REFERENCES message (log),
    case_id  TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    state    TEXT    NOT NULL, -- waiting, done, failed
    reason   TEXT    NOT NULL,
    PRIMARY KEY (sender, id)
);
CREATE UNIQUE INDEX message_in_sequence ON message_in (sender, case_id, sequence);
CREATE INDEX message_in_state ON message_in (state);

-- Requests that were here, until they would be too old in any case.
CREATE TABLE message_nonce (
    node  TEXT NOT NULL,
    nonce TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (node, nonce)
);

-- +goose Down
DROP TABLE message_nonce;
DROP TABLE message_in;
DROP TABLE message_out;
DROP TABLE message;
