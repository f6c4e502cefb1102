-- Messages in batches: what is still to be done is found without going through what is done,
-- however much that is.

-- +goose Up

DROP INDEX message_out_state;
CREATE INDEX message_out_due ON message_out (state, next_at) WHERE state <> 'delivered';
CREATE INDEX message_out_open ON message_out (receiver, case_id, sequence) WHERE state <> 'delivered';
DROP INDEX message_in_state;
CREATE INDEX message_in_open ON message_in (log) WHERE state <> 'done';

-- +goose Down
DROP INDEX message_in_open;
DROP INDEX message_out_open;
DROP INDEX message_out_due;
CREATE INDEX message_in_state ON message_in (state);
CREATE INDEX message_out_state ON message_out (state, next_at);
