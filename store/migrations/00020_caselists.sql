-- Lists of cases and bundles do not read their answers: what a list shows stands by itself. The
-- rows that are there are filled by migration 21.

-- +goose Up

ALTER TABLE case_file ADD COLUMN head TEXT NOT NULL DEFAULT ''; -- JSON
ALTER TABLE case_bundle ADD COLUMN head TEXT NOT NULL DEFAULT ''; -- JSON
CREATE INDEX case_file_office ON case_file (office, until, id); -- the queue of an office in its order

-- +goose Down
DROP INDEX case_file_office;
ALTER TABLE case_bundle DROP COLUMN head;
ALTER TABLE case_file DROP COLUMN head;
