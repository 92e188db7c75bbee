-- What happened to leads, for others to be told and for the record. Who is told reads the lead itself when they are, so
-- nothing here says what anyone answered.
CREATE TABLE event (
    -- Of what happened first, the lead's own; else a UUIDv7
    id        BLOB    NOT NULL PRIMARY KEY,
    workspace TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    lead      BLOB    NOT NULL,
    form      TEXT    NOT NULL,
    decision  TEXT    NOT NULL,
    at_ms     INTEGER NOT NULL,
    -- More about it, as JSON
    detail    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX event_lead ON event (workspace, lead);

-- Leads from before can be told about later, too
INSERT INTO event (id, workspace, kind, lead, form, decision, at_ms)
    SELECT id, workspace, 'lead.created', id, form, decision, received_at_ms FROM lead
    WHERE duplicate_of IS NULL AND held_bytes IS NULL;

-- Who is told
CREATE TABLE receiver (
    -- UUIDv7
    id                 BLOB    NOT NULL PRIMARY KEY,
    workspace          TEXT    NOT NULL,
    url                TEXT    NOT NULL,
    template           TEXT    NOT NULL,
    -- Each a list with spaces between; empty for all
    events             TEXT    NOT NULL,
    forms              TEXT    NOT NULL,
    decisions          TEXT    NOT NULL,
    language           TEXT,
    state              TEXT    NOT NULL,
    added_at_ms        INTEGER NOT NULL,
    -- It asked to be left alone until then
    throttled_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a receiver knows our messages by; several while one takes the place of another
CREATE TABLE receiver_secret (
    receiver      BLOB    NOT NULL REFERENCES receiver (id) ON DELETE CASCADE,
    secret        BLOB    NOT NULL,
    made_at_ms    INTEGER NOT NULL,
    -- Signed with until then
    expires_at_ms INTEGER,
    PRIMARY KEY (receiver, secret)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
    event         BLOB    NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    receiver      BLOB    NOT NULL REFERENCES receiver (id) ON DELETE CASCADE,
    -- `waiting`, `delivered` or `dead`
    state         TEXT    NOT NULL,
    tries         INTEGER NOT NULL,
    -- When to try; while it is tried, when others may
    due_at_ms     INTEGER NOT NULL,
    -- What came of the last try
    fault         TEXT,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (event, receiver)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (receiver, due_at_ms) WHERE state = 'waiting';
