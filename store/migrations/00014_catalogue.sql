-- Service items (政务服务事项) as they were in force: a row for every edition of a city's item. What
-- each says stands in its note; editions of other cities came by message.

-- +goose Up

CREATE TABLE service_item (
    city    TEXT    NOT NULL,
    item    TEXT    NOT NULL,
    version INTEGER NOT NULL, -- from 1, those of a city and item without a gap at its own node
    log     INTEGER NOT NULL, -- of its note
    origin  TEXT    NOT NULL, -- pack, edit, revert or heard
    at      TEXT    NOT NULL, -- since when, as its city says
    PRIMARY KEY (city, item, version)
);

-- +goose Down
DROP TABLE service_item;
