-- Money of persons and what schemes know of them (资金账、参保缴存登记). Every row follows from notes
-- of the room "ledger". Amounts are in fen (分).

-- +goose Up

CREATE TABLE ledger_account (
    id       TEXT   NOT NULL PRIMARY KEY,
    scheme   TEXT   NOT NULL,
    fund     TEXT   NOT NULL,
    kind     TEXT   NOT NULL, -- person, pool, due-to, due-from, bank
    owner    TEXT   NOT NULL, -- citizen's number; empty where it is nobody's
    city     TEXT   NOT NULL, -- of a clearing account
    standing TEXT   NOT NULL, -- open, frozen, closed
    opened   TEXT   NOT NULL,
    sum      BIGINT NOT NULL  -- of all its postings: debit positive
);
CREATE INDEX ledger_account_owner ON ledger_account (owner);

CREATE TABLE ledger_entry (
    id       TEXT NOT NULL PRIMARY KEY,
    day      TEXT NOT NULL,
    what     TEXT NOT NULL,
    transfer TEXT NOT NULL,
    case_id  TEXT NOT NULL,
    made_by  TEXT NOT NULL,
    postings TEXT NOT NULL, -- JSON
    n        BIGINT NOT NULL -- in the order in which entries were made, from 1
);
CREATE INDEX ledger_entry_n ON ledger_entry (n);

CREATE TABLE ledger_posting (
    entry   TEXT   NOT NULL REFERENCES ledger_entry (id),
    account TEXT   NOT NULL REFERENCES ledger_account (id),
    amount  BIGINT NOT NULL, -- debit positive, credit negative
    PRIMARY KEY (entry, account)
);
CREATE INDEX ledger_posting_account ON ledger_posting (account);

CREATE TABLE ledger_transfer (
    id       TEXT    NOT NULL PRIMARY KEY,
    other    TEXT    NOT NULL, -- the city at the other end
    pays     INTEGER NOT NULL, -- 1: this city pays
    scheme   TEXT    NOT NULL,
    case_id  TEXT    NOT NULL,
    parts    TEXT    NOT NULL, -- JSON
    state    TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    paid     TEXT    NOT NULL, -- day; empty: not paid
    day      TEXT    NOT NULL, -- on which the book here last changed by it
    amount   BIGINT  NOT NULL,
    net      BIGINT  NOT NULL  -- what the book here says of it now
);
CREATE INDEX ledger_transfer_other ON ledger_transfer (other, day);
CREATE INDEX ledger_transfer_paid ON ledger_transfer (other, paid);

-- What other cities last stated of a transfer.
CREATE TABLE ledger_told (
    other    TEXT    NOT NULL,
    transfer TEXT    NOT NULL,
    pays     INTEGER NOT NULL, -- 1: the other city pays
    amount   BIGINT  NOT NULL,
    day      TEXT    NOT NULL,
    PRIMARY KEY (other, transfer)
);

-- Differences between two books; transfer is empty where the sums differ.
CREATE TABLE ledger_finding (
    other    TEXT   NOT NULL,
    transfer TEXT   NOT NULL,
    code     TEXT   NOT NULL,
    here     BIGINT NOT NULL,
    there    BIGINT NOT NULL,
    since    TEXT   NOT NULL,
    day      TEXT   NOT NULL,
    settled  TEXT   NOT NULL, -- empty: open
    PRIMARY KEY (other, transfer)
);

-- The last day that was stated to another city, and by it.
CREATE TABLE ledger_day (
    other  TEXT NOT NULL,
    which  TEXT NOT NULL, -- stated, heard
    day    TEXT NOT NULL,
    PRIMARY KEY (other, which)
);

-- What a scheme knows of a person here: his contributions, or that he may be treated elsewhere.
CREATE TABLE fund_record (
    id     TEXT NOT NULL PRIMARY KEY,
    scheme TEXT NOT NULL,
    owner  TEXT NOT NULL,
    text   TEXT NOT NULL  -- JSON
);
CREATE INDEX fund_record_owner ON fund_record (owner, scheme);

-- +goose Down
DROP TABLE fund_record;
DROP TABLE ledger_day;
DROP TABLE ledger_finding;
DROP TABLE ledger_told;
DROP TABLE ledger_transfer;
DROP TABLE ledger_posting;
DROP TABLE ledger_entry;
DROP TABLE ledger_account;
