-- Cases (办件) and what is found by them. All of it follows from notes of the rooms "case",
-- "case-bundle" and "case-figures".

-- +goose Up

CREATE TABLE case_file (
    id        TEXT    NOT NULL PRIMARY KEY,
    log       INTEGER NOT NULL REFERENCES note (log), -- of its newest note
    version   INTEGER NOT NULL,
    item      TEXT    NOT NULL,
    office    TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    phase     TEXT    NOT NULL,
    holder    TEXT    NOT NULL, -- who is to act: applicant, clerk, supervisor, ''
    account   TEXT    NOT NULL, -- of the applicant
    code_kind TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    bundle    TEXT    NOT NULL,
    until     TEXT    NOT NULL, -- the last day of whoever is to act, 9999-12-31 where none is set
    stars     INTEGER NOT NULL, -- of the rating, 0: none
    opened    TEXT    NOT NULL
);
CREATE INDEX case_file_account ON case_file (account, id);
CREATE INDEX case_file_code ON case_file (code, code_kind, id);
CREATE INDEX case_file_queue ON case_file (phase, holder, office, until, id);
CREATE INDEX case_file_due ON case_file (until, id);
CREATE INDEX case_file_bundle ON case_file (bundle);

CREATE TABLE case_event (
    id     TEXT    NOT NULL,
    number INTEGER NOT NULL, -- from 1
    log    INTEGER NOT NULL REFERENCES note (log),
    PRIMARY KEY (id, number)
);

-- What a case hangs together with: a transfer, a licence, a payment, a case of another city.
CREATE TABLE case_link (
    kind  TEXT NOT NULL,
    city  TEXT NOT NULL,
    other TEXT NOT NULL,
    id    TEXT NOT NULL, -- of the case
    PRIMARY KEY (kind, city, other, id)
);

-- Applications for several items at once (一件事一次办).
CREATE TABLE case_bundle (
    id        TEXT    NOT NULL PRIMARY KEY,
    log       INTEGER NOT NULL REFERENCES note (log),
    code_kind TEXT    NOT NULL, -- of the applicant
    code      TEXT    NOT NULL
);
CREATE INDEX case_bundle_code ON case_bundle (code, code_kind, id);

-- What each city last said of its cases.
CREATE TABLE case_figures (
    city TEXT    NOT NULL PRIMARY KEY,
    log  INTEGER NOT NULL REFERENCES note (log)
);

-- +goose Down
DROP TABLE case_figures;
DROP TABLE case_bundle;
DROP TABLE case_link;
DROP TABLE case_event;
DROP TABLE case_file;
