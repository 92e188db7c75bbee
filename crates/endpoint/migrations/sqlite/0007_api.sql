-- What leads are found by.
ALTER TABLE lead ADD COLUMN moment TEXT;
-- The moments of the visit that the page read before, in the canonical encoding
ALTER TABLE lead ADD COLUMN moments BLOB;
-- SHA-256 of the model that read the moment
ALTER TABLE lead ADD COLUMN model BLOB;

-- Pages of leads, the latest first: a condition on any of these columns is asked without reading the leads themselves.
CREATE INDEX lead_listed ON lead (workspace, received_at_ms, number, form, decision, grade, score, channel, moment,
    owner, score_mismatch, duplicate_of, held_bytes);
CREATE INDEX lead_listed_of_form ON lead (workspace, form, received_at_ms, number);
CREATE INDEX lead_mismatched ON lead (workspace, received_at_ms, number) WHERE score_mismatch;

-- What a lead says, in lower case, for search: narrow, so that a rare word is found among a million leads.
CREATE TABLE lead_text (
    lead   INTEGER PRIMARY KEY REFERENCES lead (number) ON DELETE CASCADE,
    folded TEXT    NOT NULL
) STRICT;

CREATE TABLE token (
    id              BLOB    NOT NULL PRIMARY KEY,
    workspace       TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    -- Of the secret, which is kept nowhere
    sha256          BLOB    NOT NULL UNIQUE,
    scopes          TEXT    NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER,
    revoked_at_ms   INTEGER,
    -- Within an hour
    last_used_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- What became of leads.
CREATE TABLE outcome (
    id           BLOB    NOT NULL PRIMARY KEY,
    workspace    TEXT    NOT NULL,
    lead         INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- A key is used once
    key          BLOB    NOT NULL,
    fingerprint  BLOB    NOT NULL,
    outcome      TEXT    NOT NULL,
    reason       TEXT,
    amount_minor INTEGER,
    currency     TEXT,
    at_ms        INTEGER NOT NULL,
    noted_at_ms  INTEGER NOT NULL,
    UNIQUE (workspace, key)
) STRICT;

CREATE INDEX outcome_lead ON outcome (lead);

-- What leads cost.
CREATE TABLE cost (
    number       INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    workspace    TEXT    NOT NULL,
    key          BLOB    NOT NULL,
    fingerprint  BLOB    NOT NULL,
    channel      TEXT    NOT NULL,
    source       TEXT,
    campaign     TEXT,
    -- Days since 1970-01-01, both included
    first_day    INTEGER NOT NULL,
    last_day     INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    noted_at_ms  INTEGER NOT NULL,
    UNIQUE (workspace, key)
) STRICT;
