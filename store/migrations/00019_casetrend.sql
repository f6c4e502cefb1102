-- How long cases took: the day on which the clock of a decided case stopped, and the days of its
-- limit that were used by then. Cases that were decided before are not counted.

-- +goose Up

ALTER TABLE case_file ADD COLUMN decided TEXT NOT NULL DEFAULT ''; -- day; '': not decided, or its clock never ran
ALTER TABLE case_file ADD COLUMN natural_days INTEGER NOT NULL DEFAULT 0; -- 1: all days count
ALTER TABLE case_file ADD COLUMN promised INTEGER NOT NULL DEFAULT 0; -- days
ALTER TABLE case_file ADD COLUMN allowed INTEGER NOT NULL DEFAULT 0; -- promised and given on top
ALTER TABLE case_file ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
CREATE INDEX case_file_decided ON case_file (decided, item, natural_days, promised, allowed, used) WHERE decided <> '';

-- +goose Down
DROP INDEX case_file_decided;
ALTER TABLE case_file DROP COLUMN used;
ALTER TABLE case_file DROP COLUMN allowed;
ALTER TABLE case_file DROP COLUMN promised;
ALTER TABLE case_file DROP COLUMN natural_days;
ALTER TABLE case_file DROP COLUMN decided;
