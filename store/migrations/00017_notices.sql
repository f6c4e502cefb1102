-- Notices (消息提醒): what people are told, how they want to be told, and what is on its way
-- out of the node. Every row but those of notice_confirm follows from notes.

-- +goose Up

CREATE TABLE notice (
    id          TEXT    NOT NULL PRIMARY KEY,
    log         INTEGER NOT NULL UNIQUE,
    holder_kind TEXT    NOT NULL,
    holder_code TEXT    NOT NULL,
    read        INTEGER NOT NULL -- entry of the log that says so; -1: not read
);

CREATE INDEX notice_holder ON notice (holder_kind, holder_code, id);

-- How somebody wants to be told: the note that says so last.
CREATE TABLE notice_setting (
    holder_kind TEXT    NOT NULL,
    holder_code TEXT    NOT NULL,
    log         INTEGER NOT NULL,
    PRIMARY KEY (holder_kind, holder_code)
);

-- What goes out. tries, next_at and trouble say where it stands and follow from no note.
CREATE TABLE notice_out (
    notice  TEXT    NOT NULL,
    way     TEXT    NOT NULL, -- mail, webhook
    address TEXT    NOT NULL, -- where it went or is to go
    state   TEXT    NOT NULL, -- waiting, sent, given-up
    log     INTEGER NOT NULL, -- entry that ended it; -1: none
    tries   INTEGER NOT NULL,
    next_at TEXT    NOT NULL,
    trouble TEXT    NOT NULL, -- a code; empty: none
    PRIMARY KEY (notice, way)
);

CREATE INDEX notice_out_due ON notice_out (state, next_at);

-- An e-mail address that is to be confirmed by a code: for a while only.
CREATE TABLE notice_confirm (
    holder_kind TEXT    NOT NULL,
    holder_code TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    hash        TEXT    NOT NULL, -- of the code
    tries       INTEGER NOT NULL, -- wrong ones
    made        TEXT    NOT NULL,
    PRIMARY KEY (holder_kind, holder_code)
);

-- +goose Down
DROP TABLE notice_confirm;
DROP TABLE notice_out;
DROP TABLE notice_setting;
DROP TABLE notice;
