-- Pages of leads with a score or a decision that few have.
CREATE INDEX lead_of_score ON lead (workspace, score, received_at_ms, number);
CREATE INDEX lead_of_decision ON lead (workspace, decision, received_at_ms, number);

-- In which of 4096 leads in a row three letters are, once all of those came: see `store/words.rs`.
CREATE TABLE word_segment (
    -- The leads' numbers, divided by 4096
    segment     INTEGER PRIMARY KEY,
    -- When the first of them came, and the last
    earliest_ms INTEGER NOT NULL,
    latest_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE word_three (
    segment INTEGER NOT NULL,
    -- A hash of the letters
    three   INTEGER NOT NULL,
    leads   BLOB    NOT NULL,
    PRIMARY KEY (segment, three)
) STRICT, WITHOUT ROWID;

-- A lead that goes takes what is known of its words with it; its segment is written anew.
CREATE TRIGGER lead_text_gone AFTER DELETE ON lead_text BEGIN
    DELETE FROM word_three WHERE segment = OLD.lead / 4096;
    DELETE FROM word_segment WHERE segment = OLD.lead / 4096;
END;

-- What was noted by mistake: it stays in the journal and counts no more.
ALTER TABLE outcome ADD COLUMN undone_at_ms INTEGER;
ALTER TABLE outcome ADD COLUMN undone_by TEXT;
ALTER TABLE cost ADD COLUMN undone_at_ms INTEGER;
ALTER TABLE cost ADD COLUMN undone_by TEXT;
