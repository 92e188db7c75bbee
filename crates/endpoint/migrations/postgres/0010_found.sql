-- Leads are found by what hardly any other has. Before it has counted, a database takes any index that begins with the workspace
-- for as good as any other, and reads all leads of a form for each that comes.
CREATE INDEX IF NOT EXISTS lead_key ON lead (key);
DROP INDEX IF EXISTS lead_email;
CREATE INDEX IF NOT EXISTS lead_email ON lead (email_folded, twin, received_at_ms) WHERE email_folded IS NOT NULL;
