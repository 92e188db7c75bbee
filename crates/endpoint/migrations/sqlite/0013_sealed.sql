-- The id of the key that what a lead says is sealed under; NULL where it is in plain. Of a sealed lead `email_folded` and
-- `twin` are hashed with a secret of the database, and its words are nowhere.
ALTER TABLE lead ADD COLUMN sealed_under TEXT;
CREATE INDEX lead_sealed ON lead (workspace, sealed_under, number) WHERE sealed_under IS NOT NULL;

-- The same for the note
ALTER TABLE person_merge ADD COLUMN sealed_under TEXT;
