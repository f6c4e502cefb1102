-- Long work and what it brought. None of it is evidence: all of it can be worked
-- out again, so that rows here are updated and removed, and no leaf stands for them.

-- +goose Up

-- What was worked out, by the digest of what was asked.
CREATE TABLE result (
    digest  TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the question, hex
    kind    TEXT   NOT NULL,
    made_at TEXT   NOT NULL,
    used_at TEXT   NOT NULL,             -- last use, to the hour
    version TEXT   NOT NULL,             -- of the program that made it
    size    BIGINT NOT NULL,             -- bytes
    kept    BIGINT NOT NULL,             -- bytes as they are kept
    sum     TEXT   NOT NULL,             -- SHA-256 of the bytes, hex
    bytes   BYTEA  NOT NULL              -- zstd
);
-- The longest unused first; with the sizes, so that a sum reads no result.
CREATE INDEX result_used ON result (used_at, made_at, digest, kept);

CREATE TABLE job (
    id           TEXT    NOT NULL PRIMARY KEY, -- UUIDv7
    kind         TEXT    NOT NULL,
    digest       TEXT    NOT NULL, -- of kind, its version and args: the digest of the result
    args         TEXT    NOT NULL, -- canonical JSON
    state        TEXT    NOT NULL, -- waiting, running, done, failed or cancelled
    made_at      TEXT    NOT NULL,
    started_at   TEXT    NOT NULL, -- empty before; of the attempt under way
    ended_at     TEXT    NOT NULL, -- empty before
    worker       TEXT    NOT NULL, -- who has it, or had it last
    attempt      INTEGER NOT NULL, -- times it was taken up: who writes as an older one is refused
    deaths       INTEGER NOT NULL, -- times a worker was lost over it
    beat         BIGINT  NOT NULL, -- moves while its worker lives
    done         BIGINT  NOT NULL, -- steps
    total        BIGINT  NOT NULL, -- steps; 0 while nobody knows
    seconds_left BIGINT  NOT NULL, -- -1 while nobody knows
    error_code   TEXT    NOT NULL, -- key of a sentence in locale/, empty unless failed
    error_args   TEXT    NOT NULL  -- JSON object of texts
);
-- Nothing is worked out twice at once, however many ask.
CREATE UNIQUE INDEX job_open ON job (digest) WHERE state IN ('waiting', 'running');
CREATE INDEX job_asked ON job (digest, id);
CREATE INDEX job_state ON job (state, id);

-- +goose Down
DROP TABLE job;
DROP TABLE result;
