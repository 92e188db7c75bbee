-- A foreign key is a query a row. What is written with every lead is written by one function in the lead's own transaction, which
-- asks once a group whether the versions and words that it names are there (nobody removes those), and deleted by another with
-- the lead. What is written now and then keeps its keys.
ALTER TABLE lead DROP CONSTRAINT IF EXISTS lead_workspace_form_form_version_fkey;
ALTER TABLE lead_text DROP CONSTRAINT IF EXISTS lead_text_lead_fkey;
ALTER TABLE consent DROP CONSTRAINT IF EXISTS consent_lead_fkey;
ALTER TABLE consent DROP CONSTRAINT IF EXISTS consent_wording_fkey;
ALTER TABLE person_key DROP CONSTRAINT IF EXISTS person_key_lead_fkey;

-- The event of a lead that came has the lead's own id, and is found by that.
CREATE INDEX IF NOT EXISTS event_later ON event (lead) WHERE id <> lead;
DROP INDEX IF EXISTS event_lead;
