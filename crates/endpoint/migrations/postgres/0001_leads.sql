-- Nothing that only PostgreSQL itself has: databases that speak its protocol take these statements too. Each can be run
-- again, for databases that do not undo definitions with their transaction. Text that is compared is of collation "C".

-- The exact words of consents, once each, by their SHA-256.
CREATE TABLE IF NOT EXISTS wording (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    text   TEXT  NOT NULL
);

-- Every version of every form that was ever live, in the canonical encoding; none is ever changed or removed.
CREATE TABLE IF NOT EXISTS form_version (
    workspace     TEXT COLLATE "C" NOT NULL,
    form          TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of `definition`, secret criteria included
    version       BYTEA  NOT NULL,
    -- SHA-256 of the public part, which is what pages know it by
    shown_version BYTEA  NOT NULL,
    -- SHA-256 of its scorecard
    card          BYTEA  NOT NULL,
    definition    BYTEA  NOT NULL,
    kept_at_ms    BIGINT NOT NULL,
    PRIMARY KEY (workspace, form, version)
);

CREATE INDEX IF NOT EXISTS form_version_shown ON form_version (workspace, form, shown_version);
CREATE INDEX IF NOT EXISTS form_version_card ON form_version (workspace, card);

-- One row. Whoever writes leads holds it until the commit, so that leads are numbered in the order of their commits and
-- each sees all before it: a reader that asks for what came after a number misses nothing, and of twins one is first.
CREATE TABLE IF NOT EXISTS lead_number (
    one  BOOLEAN NOT NULL PRIMARY KEY CHECK (one),
    last BIGINT  NOT NULL
);

INSERT INTO lead_number (one, last) VALUES (TRUE, 0) ON CONFLICT (one) DO NOTHING;

CREATE TABLE IF NOT EXISTS lead (
    number         BIGINT NOT NULL PRIMARY KEY,
    -- UUIDv7
    id             UUID   NOT NULL UNIQUE,
    workspace      TEXT COLLATE "C" NOT NULL,
    form           TEXT COLLATE "C" NOT NULL,
    -- The live version it was scored under
    form_version   BYTEA  NOT NULL,
    -- The public version it was validated under, which may be an older one
    shown_version  BYTEA  NOT NULL,
    card           BYTEA  NOT NULL,
    -- Of the submission: a key is used once
    key            UUID   NOT NULL,
    fingerprint    BYTEA  NOT NULL,
    -- The key of the submission that this one takes the place of
    supersedes     UUID,
    -- The lead that this one says again
    duplicate_of   UUID,
    channel        TEXT COLLATE "C" NOT NULL,
    received_at_ms BIGINT NOT NULL,
    sent_at_ms     BIGINT,
    language       TEXT   NOT NULL,
    answers        BYTEA  NOT NULL,
    signals        BYTEA  NOT NULL,
    -- What a score depends on beside answers and signals
    circumstances  BYTEA  NOT NULL,
    -- The version of the rules that judged it
    engine         TEXT   NOT NULL,
    explanation    BYTEA  NOT NULL,
    points_milli   BIGINT NOT NULL,
    score          BIGINT NOT NULL,
    grade          TEXT COLLATE "C" NOT NULL,
    decision       TEXT COLLATE "C" NOT NULL,
    score_mismatch BOOLEAN NOT NULL,
    -- In lower case, for look-up
    email_folded   TEXT COLLATE "C",
    -- Equal for equal answers of one e-mail address
    twin           BYTEA,
    page_url       TEXT,
    page_referrer  TEXT,
    -- Who works on it
    owner          TEXT COLLATE "C",
    -- What it takes of the quarantine's room; NULL where it is not held there. A held lead is in no list, has no twin and
    -- replaces none until it is released.
    held_bytes     BIGINT,
    -- The signs of a program that its submission bore, by their codes, with spaces between; NULL where there were none
    signs          TEXT,
    -- What its person wants
    moment         TEXT COLLATE "C",
    -- The moments of the visit that the page read before, in the canonical encoding
    moments        BYTEA,
    -- SHA-256 of the model that read the moment
    model          BYTEA,
    -- The answer that was given to the sender, byte by byte
    receipt        BYTEA  NOT NULL,
    UNIQUE (workspace, form, key),
    FOREIGN KEY (workspace, form, form_version) REFERENCES form_version (workspace, form, version)
);

CREATE INDEX IF NOT EXISTS lead_email ON lead (workspace, email_folded, twin, received_at_ms)
    WHERE email_folded IS NOT NULL;
CREATE INDEX IF NOT EXISTS lead_held ON lead (workspace, number, held_bytes) WHERE held_bytes IS NOT NULL;
CREATE INDEX IF NOT EXISTS lead_supersedes ON lead (workspace, form, supersedes) WHERE supersedes IS NOT NULL;

-- Pages of leads, the latest first.
CREATE INDEX IF NOT EXISTS lead_listed ON lead (workspace, received_at_ms, number);
CREATE INDEX IF NOT EXISTS lead_listed_of_form ON lead (workspace, form, received_at_ms, number);
CREATE INDEX IF NOT EXISTS lead_mismatched ON lead (workspace, received_at_ms, number) WHERE score_mismatch;

-- What a lead says, in lower case, for search.
CREATE TABLE IF NOT EXISTS lead_text (
    lead   BIGINT NOT NULL PRIMARY KEY REFERENCES lead (number) ON DELETE CASCADE,
    folded TEXT COLLATE "C" NOT NULL
);

CREATE TABLE IF NOT EXISTS consent (
    lead        BIGINT NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    field       TEXT COLLATE "C" NOT NULL,
    purpose     TEXT   NOT NULL,
    wording     BYTEA  NOT NULL REFERENCES wording (sha256),
    language    TEXT   NOT NULL,
    given_at_ms BIGINT NOT NULL,
    PRIMARY KEY (lead, field)
);

-- How many leads took a turn under each rule whose owners take turns
CREATE TABLE IF NOT EXISTS owner_turn (
    workspace TEXT COLLATE "C" NOT NULL,
    form      TEXT COLLATE "C" NOT NULL,
    -- The id of the card's rule
    rule      TEXT COLLATE "C" NOT NULL,
    taken     BIGINT NOT NULL,
    PRIMARY KEY (workspace, form, rule)
);

-- What a lead was judged by before it was judged again; the row of the lead has the latest. Enough to replay each.
CREATE TABLE IF NOT EXISTS judgement (
    lead           BIGINT NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    -- 1, 2, 3, … of each lead
    place          BIGINT NOT NULL,
    -- When another took its place, and why
    replaced_at_ms BIGINT NOT NULL,
    replaced_for   TEXT   NOT NULL,
    form_version   BYTEA  NOT NULL,
    card           BYTEA  NOT NULL,
    engine         TEXT   NOT NULL,
    signals        BYTEA  NOT NULL,
    circumstances  BYTEA  NOT NULL,
    explanation    BYTEA  NOT NULL,
    PRIMARY KEY (lead, place)
);

-- What was seen of known leads after they were sent, each once by the id that the page gave it.
CREATE TABLE IF NOT EXISTS tracked_signal (
    lead           BIGINT NOT NULL REFERENCES lead (number) ON DELETE CASCADE,
    id             UUID   NOT NULL,
    name           TEXT   NOT NULL,
    at_ms          BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    PRIMARY KEY (lead, id)
);

-- Challenges that were answered, until they expire: each counts once.
CREATE TABLE IF NOT EXISTS spent_challenge (
    workspace     TEXT COLLATE "C" NOT NULL,
    -- The signature of the challenge, 32 bytes
    challenge     BYTEA  NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace, challenge)
);

CREATE INDEX IF NOT EXISTS spent_challenge_expires ON spent_challenge (workspace, expires_at_ms);

-- Secrets that all endpoints on this database share, made once.
CREATE TABLE IF NOT EXISTS secret (
    workspace TEXT COLLATE "C" NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    value     BYTEA NOT NULL,
    PRIMARY KEY (workspace, name)
);
