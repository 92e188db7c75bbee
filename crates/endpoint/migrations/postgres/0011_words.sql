-- Pages of leads with a score or a decision that few have.
CREATE INDEX IF NOT EXISTS lead_of_score ON lead (workspace, score, received_at_ms, number);
CREATE INDEX IF NOT EXISTS lead_of_decision ON lead (workspace, decision, received_at_ms, number);

-- In which of 4096 leads in a row three letters are, once all of those came: see `store/words.rs`. Whoever deletes a lead's
-- text deletes its segment here.
CREATE TABLE IF NOT EXISTS word_segment (
    -- The leads' numbers, divided by 4096
    segment     BIGINT NOT NULL PRIMARY KEY,
    -- When the first of them came, and the last
    earliest_ms BIGINT NOT NULL,
    latest_ms   BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS word_three (
    segment BIGINT NOT NULL,
    -- A hash of the letters
    three   BIGINT NOT NULL,
    leads   BYTEA  NOT NULL,
    PRIMARY KEY (segment, three)
);

-- What was noted by mistake: it stays in the journal and counts no more.
ALTER TABLE outcome ADD COLUMN IF NOT EXISTS undone_at_ms BIGINT;
ALTER TABLE outcome ADD COLUMN IF NOT EXISTS undone_by TEXT;
ALTER TABLE cost ADD COLUMN IF NOT EXISTS undone_at_ms BIGINT;
ALTER TABLE cost ADD COLUMN IF NOT EXISTS undone_by TEXT;
