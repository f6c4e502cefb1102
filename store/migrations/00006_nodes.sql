-- What rooms of the house write down (记事), each with its entry in the log, and the cards of
-- the nodes that this one knows (节点名片).

-- +goose Up

CREATE TABLE note (
    log    INTEGER PRIMARY KEY, -- log_entry.idx
    room   TEXT    NOT NULL,
    id     TEXT    NOT NULL,    -- of the thing
    action TEXT    NOT NULL,
    text   TEXT    NOT NULL     -- byte for byte
);
CREATE INDEX note_thing ON note (room, id);

CREATE TABLE node_card (
    name    TEXT    NOT NULL PRIMARY KEY, -- of the node
    version INTEGER NOT NULL,
    log     INTEGER NOT NULL REFERENCES note (log)
);

-- +goose Down
DROP TABLE node_card;
DROP TABLE note;
