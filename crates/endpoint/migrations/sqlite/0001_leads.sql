-- The exact words of consents, once each, by their SHA-256.
CREATE TABLE wording (
    sha256 BLOB NOT NULL PRIMARY KEY,
    text   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every version of every form that was ever live, in the canonical encoding; none is ever changed or removed.
CREATE TABLE form_version (
    workspace     TEXT    NOT NULL,
    form          TEXT    NOT NULL,
    -- SHA-256 of `definition`, secret criteria included
    version       BLOB    NOT NULL,
    -- SHA-256 of the public part, which is what pages know it by
    shown_version BLOB    NOT NULL,
    -- SHA-256 of its scorecard
    card          BLOB    NOT NULL,
    definition    BLOB    NOT NULL,
    kept_at_ms    INTEGER NOT NULL,
    PRIMARY KEY (workspace, form, version)
) STRICT;

CREATE INDEX form_version_shown ON form_version (workspace, form, shown_version);

CREATE TABLE lead (
    number         INTEGER PRIMARY KEY,
    -- UUIDv7
    id             BLOB    NOT NULL UNIQUE,
    workspace      TEXT    NOT NULL,
    form           TEXT    NOT NULL,
    -- The live version it was scored under
    form_version   BLOB    NOT NULL,
    -- The public version it was validated under, which may be an older one
    shown_version  BLOB    NOT NULL,
    card           BLOB    NOT NULL,
    -- Of the submission: a key is used once
    key            BLOB    NOT NULL,
    fingerprint    BLOB    NOT NULL,
    -- The key of the submission that this one takes the place of
    supersedes     BLOB,
    -- The lead that this one says again
    duplicate_of   BLOB,
    channel        TEXT    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    sent_at_ms     INTEGER,
    language       TEXT    NOT NULL,
    answers        BLOB    NOT NULL,
    signals        BLOB    NOT NULL,
    explanation    BLOB    NOT NULL,
    points_milli   INTEGER NOT NULL,
    score          INTEGER NOT NULL,
    grade          TEXT    NOT NULL,
    decision       TEXT    NOT NULL,
    score_mismatch INTEGER NOT NULL,
    -- In lower case, for look-up
    email_folded   TEXT,
    -- Equal for equal answers of one e-mail address
    twin           BLOB,
    page_url       TEXT,
    page_referrer  TEXT,
    -- The answer that was given to the sender, byte by byte
    receipt        BLOB    NOT NULL,
    UNIQUE (workspace, form, key),
    FOREIGN KEY (workspace, form, form_version) REFERENCES form_version (workspace, form, version)
) STRICT;

CREATE INDEX lead_email ON lead (workspace, email_folded, twin, received_at_ms) WHERE email_folded IS NOT NULL;
CREATE INDEX lead_supersedes ON lead (workspace, form, supersedes) WHERE supersedes IS NOT NULL;

CREATE TABLE consent (
    lead        INTEGER NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    field       TEXT    NOT NULL,
    purpose     TEXT    NOT NULL,
    wording     BLOB    NOT NULL REFERENCES wording (sha256),
    language    TEXT    NOT NULL,
    given_at_ms INTEGER NOT NULL,
    PRIMARY KEY (lead, field)
) STRICT, WITHOUT ROWID;
