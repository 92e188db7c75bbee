-- What was delivered long ago, to be forgotten.
CREATE INDEX delivery_delivered ON delivery (changed_at_ms) WHERE state = 'delivered';
