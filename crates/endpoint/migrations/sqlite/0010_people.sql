-- What tells that leads are one person's: an address or a number together with a name, or an address that was confirmed.
-- Hashed with a secret of the database, and gone with the lead.
CREATE TABLE person_key (
    lead INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- 16 bytes, equal for what is the same person's
    key  BLOB    NOT NULL,
    PRIMARY KEY (lead, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX person_key_leads ON person_key (key, lead);

-- What staff said of two people who are one. Undone, a merge stays in the journal and counts no more.
CREATE TABLE person_merge (
    -- UUIDv7
    id           BLOB    NOT NULL PRIMARY KEY,
    workspace    TEXT    NOT NULL,
    -- A lead of each
    one          INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    other        INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    at_ms        INTEGER NOT NULL,
    by_whom      TEXT    NOT NULL,
    why          TEXT,
    undone_at_ms INTEGER,
    undone_by    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX person_merge_one ON person_merge (one);
CREATE INDEX person_merge_other ON person_merge (other);
