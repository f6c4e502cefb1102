-- Licences handed out to wallets (证照发放到钱包): what a wallet shows on the way, and the copies
-- that were handed out.

-- +goose Up

-- Offers, codes, tokens and the like, by the SHA-256 of the secret that names each. They end
-- by themselves, are no evidence and are not saved.
CREATE TABLE wallet_ticket (
    hash     TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the kind and the secret, hex
    kind     TEXT NOT NULL,
    parent   TEXT NOT NULL,             -- hash of the ticket it was given for; empty: none
    until_at TEXT NOT NULL,
    text     TEXT NOT NULL              -- JSON
);
CREATE INDEX wallet_ticket_parent ON wallet_ticket (parent);
CREATE INDEX wallet_ticket_until ON wallet_ticket (until_at);

-- An edition of a licence handed out to a wallet, as its notes have it.
CREATE TABLE wallet_handout (
    id       TEXT    NOT NULL PRIMARY KEY, -- UUIDv7
    licence  TEXT    NOT NULL,
    edition  INTEGER NOT NULL,
    receiver TEXT    NOT NULL,             -- what the wallet says it is
    state    TEXT    NOT NULL,             -- handed, accepted, failed, deleted
    log      INTEGER NOT NULL REFERENCES note (log)
);
CREATE INDEX wallet_handout_licence ON wallet_handout (licence);

-- One copy for each key of the wallet.
CREATE TABLE wallet_copy (
    handout    TEXT NOT NULL REFERENCES wallet_handout (id),
    thumbprint TEXT NOT NULL, -- of the key, RFC 7638
    PRIMARY KEY (handout, thumbprint)
);
CREATE INDEX wallet_copy_key ON wallet_copy (thumbprint);

-- +goose Down
DROP TABLE wallet_copy;
DROP TABLE wallet_handout;
DROP TABLE wallet_ticket;
