-- The private API.
CREATE TABLE IF NOT EXISTS token (
    id              UUID             NOT NULL PRIMARY KEY,
    workspace       TEXT COLLATE "C" NOT NULL,
    name            TEXT COLLATE "C" NOT NULL,
    -- Of the secret, which is kept nowhere
    sha256          BYTEA            NOT NULL UNIQUE,
    scopes          TEXT COLLATE "C" NOT NULL,
    created_at_ms   BIGINT           NOT NULL,
    expires_at_ms   BIGINT,
    revoked_at_ms   BIGINT,
    -- Within an hour
    last_used_at_ms BIGINT
);

-- What became of leads.
CREATE TABLE IF NOT EXISTS outcome (
    id           UUID             NOT NULL PRIMARY KEY,
    workspace    TEXT COLLATE "C" NOT NULL,
    lead         BIGINT           NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- A key is used once
    key          UUID             NOT NULL,
    fingerprint  BYTEA            NOT NULL,
    outcome      TEXT COLLATE "C" NOT NULL,
    reason       TEXT COLLATE "C",
    amount_minor BIGINT,
    currency     TEXT COLLATE "C",
    at_ms        BIGINT           NOT NULL,
    noted_at_ms  BIGINT           NOT NULL,
    UNIQUE (workspace, key)
);

CREATE INDEX IF NOT EXISTS outcome_lead ON outcome (lead);

-- What leads cost.
CREATE TABLE IF NOT EXISTS cost (
    number       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           UUID             NOT NULL UNIQUE,
    workspace    TEXT COLLATE "C" NOT NULL,
    key          UUID             NOT NULL,
    fingerprint  BYTEA            NOT NULL,
    channel      TEXT COLLATE "C" NOT NULL,
    source       TEXT COLLATE "C",
    campaign     TEXT COLLATE "C",
    -- Days since 1970-01-01, both included
    first_day    BIGINT           NOT NULL,
    last_day     BIGINT           NOT NULL,
    amount_minor BIGINT           NOT NULL,
    currency     TEXT COLLATE "C" NOT NULL,
    noted_at_ms  BIGINT           NOT NULL,
    UNIQUE (workspace, key)
);
