-- Checkpoints that other nodes cosigned (检查点共签), and what this node cosigned of theirs.
-- None of it has an entry of its own: the messages that brought it have theirs.

-- +goose Up

CREATE TABLE cosignature (
    size INTEGER NOT NULL, -- of our checkpoint
    node TEXT    NOT NULL, -- that cosigned it
    line TEXT    NOT NULL, -- the signature line, its end included
    PRIMARY KEY (size, node)
);

-- What this log last asked of a node.
CREATE TABLE cosign_ask (
    node  TEXT    NOT NULL PRIMARY KEY,
    id    TEXT    NOT NULL, -- of the message
    size  INTEGER NOT NULL, -- of the checkpoint
    tries INTEGER NOT NULL, -- how often it was asked anew after a conflict
    open  INTEGER NOT NULL, -- 1: not answered
    at    TEXT    NOT NULL
);

-- What this node cosigned last of another's log.
CREATE TABLE cosign_held (
    node   TEXT    NOT NULL PRIMARY KEY,
    origin TEXT    NOT NULL,
    size   INTEGER NOT NULL,
    note   TEXT    NOT NULL, -- the checkpoint with the log's signature and our cosignature
    at     TEXT    NOT NULL
);

-- +goose Down
DROP TABLE cosign_held;
DROP TABLE cosign_ask;
DROP TABLE cosignature;
