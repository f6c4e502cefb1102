-- Households (户籍：家庭户、集体户): who is registered with whom in this city. Which city a person
-- is registered in is for household_entry to say; a person on the way is in no household.
-- Everything follows from notes: every version of a household is one, that is its history.

-- +goose Up

CREATE TABLE family_household (
    id      TEXT    NOT NULL PRIMARY KEY,       -- UUIDv7
    log     INTEGER NOT NULL REFERENCES note (log), -- the newest version
    kind    TEXT    NOT NULL,                   -- family, collective
    version INTEGER NOT NULL,
    members INTEGER NOT NULL                    -- how many
);

CREATE TABLE family_member (
    person    TEXT    NOT NULL PRIMARY KEY,     -- nobody is in two households
    household TEXT    NOT NULL,
    log       INTEGER NOT NULL                  -- the version
);
CREATE INDEX family_member_household ON family_member (household);

-- +goose Down
DROP TABLE family_member;
DROP TABLE family_household;
