-- The trust list (互认清单) at a node: what the newest note says of each version of the list, of
-- each proposal, of what others say the list is, and of what was found wrong; and when the list
-- was last found to be the office's newest, which is no evidence.

-- +goose Up

CREATE TABLE trust_now (
    room    TEXT    NOT NULL, -- trust.list, trust.proposal, trust.heard, trust.finding
    id      TEXT    NOT NULL, -- version; proposal; party and version; digest of the finding
    version INTEGER NOT NULL, -- of the list; 0 where it is about none
    mark    TEXT    NOT NULL, -- digest of the version; stage of the proposal; digest heard; code of the finding
    log     INTEGER NOT NULL REFERENCES note (log),
    PRIMARY KEY (room, id)
);
CREATE INDEX trust_now_version ON trust_now (room, version);

CREATE TABLE trust_confirmed (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    at      TEXT    NOT NULL,
    version INTEGER NOT NULL
);

-- +goose Down
DROP TABLE trust_confirmed;
DROP TABLE trust_now;
