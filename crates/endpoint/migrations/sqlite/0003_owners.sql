-- Who works on it; leads from before have nobody
ALTER TABLE lead ADD COLUMN owner TEXT;

-- How many leads took a turn under each rule whose owners take turns
CREATE TABLE owner_turn (
    workspace TEXT    NOT NULL,
    form      TEXT    NOT NULL,
    -- The id of the card's rule
    rule      TEXT    NOT NULL,
    taken     INTEGER NOT NULL,
    PRIMARY KEY (workspace, form, rule)
) STRICT, WITHOUT ROWID;
