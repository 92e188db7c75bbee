-- Who was asked to confirm that the address is theirs, and who did.
CREATE TABLE confirmation (
    lead            INTEGER NOT NULL PRIMARY KEY REFERENCES lead (number) ON DELETE CASCADE,
    workspace       TEXT    NOT NULL,
    -- A hash of the address with a secret of the database: nobody is asked too often
    address         BLOB    NOT NULL,
    asked_at_ms     INTEGER NOT NULL,
    confirmed_at_ms INTEGER
) STRICT;

CREATE INDEX confirmation_address ON confirmation (workspace, address, asked_at_ms);
