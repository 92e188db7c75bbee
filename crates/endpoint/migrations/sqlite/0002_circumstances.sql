-- What a score depends on beside answers and signals (the time of judging, touches, the moment), in the canonical
-- encoding and without the signals, which have their own column. Leads from before have none: they were judged by
-- answers and signals alone, at the time their explanation names.
ALTER TABLE lead ADD COLUMN circumstances BLOB;
-- The version of the rules that judged it
ALTER TABLE lead ADD COLUMN engine TEXT;

CREATE INDEX form_version_card ON form_version (workspace, card);
