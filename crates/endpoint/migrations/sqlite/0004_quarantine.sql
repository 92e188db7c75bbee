-- What it takes of the quarantine's room; NULL where it is not held there. A held lead is in no list, has no twin and
-- replaces none until it is released.
ALTER TABLE lead ADD COLUMN held_bytes INTEGER;
-- The signs of a program that its submission bore, by their codes, with spaces between; NULL where there were none
ALTER TABLE lead ADD COLUMN signs TEXT;

CREATE INDEX lead_held ON lead (workspace, number, held_bytes) WHERE held_bytes IS NOT NULL;

-- What a lead was judged by before it was judged again; the row of the lead has the latest. Enough to replay each.
CREATE TABLE judgement (
    number         INTEGER PRIMARY KEY,
    lead           INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- When another took its place, and why
    replaced_at_ms INTEGER NOT NULL,
    replaced_for   TEXT    NOT NULL,
    form_version   BLOB    NOT NULL,
    card           BLOB    NOT NULL,
    engine         TEXT,
    signals        BLOB    NOT NULL,
    circumstances  BLOB,
    explanation    BLOB    NOT NULL
) STRICT;

CREATE INDEX judgement_lead ON judgement (lead);

-- Challenges that were answered, until they expire: each counts once.
CREATE TABLE spent_challenge (
    workspace     TEXT    NOT NULL,
    -- The signature of the challenge, 32 bytes
    challenge     BLOB    NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (workspace, challenge)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_challenge_expires ON spent_challenge (workspace, expires_at_ms);

-- Secrets that all endpoints on this database share, made once.
CREATE TABLE secret (
    workspace TEXT NOT NULL,
    name      TEXT NOT NULL,
    value     BLOB NOT NULL,
    PRIMARY KEY (workspace, name)
) STRICT, WITHOUT ROWID;
