-- First entries of persons into the register (出生登记、立户登记) that are under way, and what other
-- cities were promised about theirs. Rows follow from notes, but for due and work, which say what an
-- entry under way has come to: the messages are the evidence of that.

-- +goose Up

CREATE TABLE household_entering (
    id    TEXT    NOT NULL PRIMARY KEY, -- UUIDv7
    log   INTEGER NOT NULL REFERENCES note (log),
    state TEXT    NOT NULL, -- asking, entered, refused, withdrawn, lost
    rank  BIGINT  NOT NULL, -- of two at once the lower goes on
    due   BIGINT  NOT NULL, -- when it is asked again, seconds since 1970; 0 never
    work  TEXT    NOT NULL  -- JSON: who has answered what
);
CREATE INDEX household_entering_due ON household_entering (due) WHERE due > 0;
CREATE INDEX household_entering_state ON household_entering (state, id);
CREATE INDEX household_entering_rank ON household_entering (rank);

CREATE TABLE household_entering_person (
    person TEXT NOT NULL,
    id     TEXT NOT NULL, -- of an entry that is asking or lost
    PRIMARY KEY (person, id)
);

CREATE TABLE household_asked (
    city  TEXT    NOT NULL,
    id    TEXT    NOT NULL, -- of the entry there
    log   INTEGER NOT NULL REFERENCES note (log),
    rank  BIGINT  NOT NULL,
    ended INTEGER NOT NULL, -- 1: the promise has ended
    PRIMARY KEY (city, id)
);
CREATE INDEX household_asked_rank ON household_asked (rank);

CREATE TABLE household_asked_person (
    person TEXT NOT NULL,
    city   TEXT NOT NULL,
    id     TEXT NOT NULL, -- of an entry whose promise stands
    PRIMARY KEY (person, city, id)
);

-- +goose Down
DROP TABLE household_asked_person;
DROP TABLE household_asked;
DROP TABLE household_entering_person;
DROP TABLE household_entering;
