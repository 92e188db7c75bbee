-- The key of the row that an erased lead was imported from, a keyed hash: what was erased does not come back with its table.
ALTER TABLE erasure ADD COLUMN IF NOT EXISTS import_key UUID;

CREATE INDEX IF NOT EXISTS erasure_imported ON erasure (workspace, form, import_key) WHERE import_key IS NOT NULL;
