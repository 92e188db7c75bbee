-- What tells that leads are one person's: an address or a number together with a name, or an address that was confirmed.
-- Hashed with a secret of the database, and gone with the lead.
CREATE TABLE IF NOT EXISTS person_key (
    lead BIGINT NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- 16 bytes, equal for what is the same person's
    key  BYTEA  NOT NULL,
    PRIMARY KEY (lead, key)
);

CREATE INDEX IF NOT EXISTS person_key_leads ON person_key (key, lead);

-- What staff said of two people who are one. Undone, a merge stays in the journal and counts no more.
CREATE TABLE IF NOT EXISTS person_merge (
    -- UUIDv7
    id           UUID             NOT NULL PRIMARY KEY,
    workspace    TEXT COLLATE "C" NOT NULL,
    -- A lead of each
    one          BIGINT           NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    other        BIGINT           NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    at_ms        BIGINT           NOT NULL,
    by_whom      TEXT             NOT NULL,
    why          TEXT,
    undone_at_ms BIGINT,
    undone_by    TEXT
);

CREATE INDEX IF NOT EXISTS person_merge_one ON person_merge (one);
CREATE INDEX IF NOT EXISTS person_merge_other ON person_merge (other);
