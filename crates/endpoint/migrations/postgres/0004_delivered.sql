-- What was delivered long ago, to be forgotten.
CREATE INDEX IF NOT EXISTS delivery_delivered ON delivery (changed_at_ms) WHERE state = 'delivered';
