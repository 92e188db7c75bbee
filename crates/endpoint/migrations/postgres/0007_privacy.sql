-- A lead is found by the one that it says again.
CREATE INDEX IF NOT EXISTS lead_duplicate_of ON lead (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- When a permission was taken back; that it was given before stays known
ALTER TABLE consent ADD COLUMN IF NOT EXISTS withdrawn_at_ms BIGINT;

-- That there was a lead which was erased: nothing that anyone answered.
CREATE TABLE IF NOT EXISTS erasure (
    -- What was its id
    lead           UUID   NOT NULL PRIMARY KEY,
    workspace      TEXT COLLATE "C" NOT NULL,
    form           TEXT COLLATE "C" NOT NULL,
    form_version   BYTEA  NOT NULL,
    received_at_ms BIGINT NOT NULL,
    erased_at_ms   BIGINT NOT NULL,
    -- `asked` or `retention`
    why            TEXT COLLATE "C" NOT NULL,
    -- Whether the tables were vacuumed since
    is_purged      BOOLEAN NOT NULL
);

CREATE INDEX IF NOT EXISTS erasure_unpurged ON erasure (erased_at_ms) WHERE NOT is_purged;

CREATE INDEX IF NOT EXISTS erasure_listed ON erasure (workspace, erased_at_ms, lead);
