-- What a page of leads is asked for that only few of them have, the latest first.
CREATE INDEX IF NOT EXISTS lead_of_owner ON lead (workspace, owner, received_at_ms, number) WHERE owner IS NOT NULL;
CREATE INDEX IF NOT EXISTS lead_of_moment ON lead (workspace, moment, received_at_ms, number) WHERE moment IS NOT NULL;
CREATE INDEX IF NOT EXISTS lead_of_channel ON lead (workspace, channel, received_at_ms, number) WHERE channel <> 'form';
CREATE INDEX IF NOT EXISTS lead_of_grade ON lead (workspace, grade, received_at_ms, number, decision);
