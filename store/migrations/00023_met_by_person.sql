-- Where a person was is asked for by person, at every move; who was in a city after a restore alone.

-- +goose Up

CREATE TABLE household_met_by_person (
    other  TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (person, other)
);
INSERT INTO household_met_by_person (other, person) SELECT other, person FROM household_met;
DROP TABLE household_met;
ALTER TABLE household_met_by_person RENAME TO household_met;

-- +goose Down
CREATE TABLE household_met_by_other (
    other  TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (other, person)
);
INSERT INTO household_met_by_other (other, person) SELECT other, person FROM household_met;
DROP TABLE household_met;
ALTER TABLE household_met_by_other RENAME TO household_met;
