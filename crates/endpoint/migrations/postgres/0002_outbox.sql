-- What happened to leads, for others to be told and for the record. Who is told reads the lead itself when they are, so
-- nothing here says what anyone answered.
CREATE TABLE IF NOT EXISTS event (
    -- Of what happened first, the lead's own; else a UUIDv7
    id        UUID   NOT NULL PRIMARY KEY,
    workspace TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    lead      UUID   NOT NULL,
    form      TEXT COLLATE "C" NOT NULL,
    decision  TEXT COLLATE "C" NOT NULL,
    at_ms     BIGINT NOT NULL,
    -- More about it, as JSON
    detail    TEXT
);

CREATE INDEX IF NOT EXISTS event_lead ON event (workspace, lead);

-- Who is told
CREATE TABLE IF NOT EXISTS receiver (
    -- UUIDv7
    id                 UUID   NOT NULL PRIMARY KEY,
    workspace          TEXT COLLATE "C" NOT NULL,
    url                TEXT   NOT NULL,
    template           TEXT   NOT NULL,
    -- Each a list with spaces between; empty for all
    events             TEXT   NOT NULL,
    forms              TEXT   NOT NULL,
    decisions          TEXT   NOT NULL,
    language           TEXT,
    state              TEXT COLLATE "C" NOT NULL,
    added_at_ms        BIGINT NOT NULL,
    -- It asked to be left alone until then
    throttled_until_ms BIGINT NOT NULL
);

-- What a receiver knows our messages by; several while one takes the place of another
CREATE TABLE IF NOT EXISTS receiver_secret (
    receiver      UUID   NOT NULL REFERENCES receiver (id) ON DELETE CASCADE,
    secret        BYTEA  NOT NULL,
    made_at_ms    BIGINT NOT NULL,
    -- Signed with until then
    expires_at_ms BIGINT,
    PRIMARY KEY (receiver, secret)
);

CREATE TABLE IF NOT EXISTS delivery (
    event         UUID   NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    receiver      UUID   NOT NULL REFERENCES receiver (id) ON DELETE CASCADE,
    -- `waiting`, `delivered` or `dead`
    state         TEXT COLLATE "C" NOT NULL,
    tries         BIGINT NOT NULL,
    -- When to try; while it is tried, when others may
    due_at_ms     BIGINT NOT NULL,
    -- What came of the last try
    fault         TEXT,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (event, receiver)
);

CREATE INDEX IF NOT EXISTS delivery_due ON delivery (receiver, due_at_ms) WHERE state = 'waiting';
