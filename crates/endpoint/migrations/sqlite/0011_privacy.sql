-- A lead is found by the one that it says again.
CREATE INDEX lead_duplicate_of ON lead (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- When a permission was taken back; that it was given before stays known
ALTER TABLE consent ADD COLUMN withdrawn_at_ms INTEGER;

-- That there was a lead which was erased: nothing that anyone answered.
CREATE TABLE erasure (
    -- What was its id
    lead           BLOB    NOT NULL PRIMARY KEY,
    workspace      TEXT    NOT NULL,
    form           TEXT    NOT NULL,
    form_version   BLOB    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    erased_at_ms   INTEGER NOT NULL,
    -- `asked` or `retention`
    why            TEXT    NOT NULL,
    -- Whether the files were written again since
    is_purged      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX erasure_unpurged ON erasure (erased_at_ms) WHERE NOT is_purged;

CREATE INDEX erasure_listed ON erasure (workspace, erased_at_ms, lead);
