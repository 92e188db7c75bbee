-- Who was asked to confirm that the address is theirs, and who did.
CREATE TABLE IF NOT EXISTS confirmation (
    lead            BIGINT           NOT NULL PRIMARY KEY REFERENCES lead (number) ON DELETE CASCADE,
    workspace       TEXT COLLATE "C" NOT NULL,
    -- A hash of the address with a secret of the database: nobody is asked too often
    address         BYTEA            NOT NULL,
    asked_at_ms     BIGINT           NOT NULL,
    confirmed_at_ms BIGINT
);

CREATE INDEX IF NOT EXISTS confirmation_address ON confirmation (workspace, address, asked_at_ms);
