-- People who sign in (账号): accounts, which follow from notes; how they sign in, which notes
-- hold to by a digest; and what is for a while only: sessions, wrong tries, sign-ins begun.

-- +goose Up

CREATE TABLE account (
    id    TEXT    NOT NULL PRIMARY KEY,        -- UUIDv7
    login TEXT    NOT NULL UNIQUE,
    log   INTEGER NOT NULL REFERENCES note (log) -- whose text is the account
);

CREATE TABLE credential (
    id      TEXT    NOT NULL PRIMARY KEY,      -- UUIDv7
    account TEXT    NOT NULL REFERENCES account (id),
    way     TEXT    NOT NULL,                  -- password, passkey, oidc
    handle  TEXT    NOT NULL,                  -- the account; the passkey's id; the provider and its subject
    label   TEXT    NOT NULL,                  -- for its owner
    secret  TEXT    NOT NULL,                  -- of a password what argon2id makes of it; of a passkey its public key
    made_at TEXT    NOT NULL,
    log     INTEGER NOT NULL REFERENCES note (log),
    uses    INTEGER NOT NULL,                  -- not of the note: what the passkey counted last
    used_at TEXT    NOT NULL,                  -- not of the note
    UNIQUE (way, handle)
);
CREATE INDEX credential_account ON credential (account);

CREATE TABLE sign_in (
    hash    TEXT NOT NULL PRIMARY KEY,         -- SHA-256 of the session's secret
    account TEXT NOT NULL REFERENCES account (id),
    way     TEXT NOT NULL,
    begun   TEXT NOT NULL,
    seen    TEXT NOT NULL                      -- to the minute
);
CREATE INDEX sign_in_account ON sign_in (account);

CREATE TABLE sign_in_try (
    subject TEXT    NOT NULL PRIMARY KEY,      -- SHA-256 of an account's name or an address
    count   INTEGER NOT NULL,
    last    TEXT    NOT NULL
);

CREATE TABLE sign_in_begun (
    hash     TEXT NOT NULL PRIMARY KEY,        -- SHA-256 of a secret that the browser has
    way      TEXT NOT NULL,
    text     TEXT NOT NULL,
    until_at TEXT NOT NULL
);

-- +goose Down
DROP TABLE sign_in_begun;
DROP TABLE sign_in_try;
DROP TABLE sign_in;
DROP TABLE credential;
DROP TABLE account;
