-- What was seen of known leads after they were sent, each once by the id that the page gave it.
CREATE TABLE tracked_signal (
    lead           INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- A UUID
    id             BLOB    NOT NULL,
    name           TEXT    NOT NULL,
    at_ms          INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (lead, id)
) STRICT, WITHOUT ROWID;
