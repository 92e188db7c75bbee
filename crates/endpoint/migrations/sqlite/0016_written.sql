-- The event of a lead that came has the lead's own id, and is found by that.
CREATE INDEX event_later ON event (lead) WHERE id <> lead;
DROP INDEX event_lead;
