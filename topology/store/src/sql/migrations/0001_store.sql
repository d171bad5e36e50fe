-- The store's tables, the same on SQLite and PostgreSQL: TEXT, BIGINT and the collation "BINARY" mean the same on both
-- (on PostgreSQL the collation is made before the first migration).

CREATE TABLE deployment (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row for each committed change set. `at` is in milliseconds since 1970-01-01 UTC.
CREATE TABLE revision (
    revision BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    who      TEXT NOT NULL,
    command  TEXT NOT NULL,
    message  TEXT
);

-- What each change set wrote: never a secret. part: topology, setting, object or credential. For a setting, noun and
-- identity name it; for the others identity is the object's id, and noun is empty.
CREATE TABLE change (
    revision BIGINT NOT NULL,
    ordinal  BIGINT NOT NULL,
    part     TEXT NOT NULL,
    noun     TEXT NOT NULL,
    identity TEXT NOT NULL,
    before   TEXT,
    after    TEXT,
    PRIMARY KEY (revision, ordinal)
);
CREATE INDEX change_by_part ON change (part, revision, ordinal);

-- What stands now: settings, and the topology under the noun Topology.
CREATE TABLE setting (
    noun     TEXT NOT NULL,
    identity TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (noun, identity)
);

-- What stands now: directory objects, and the values by which they are looked up, in lower case.
CREATE TABLE directory_object (
    id     TEXT PRIMARY KEY,
    dn_key TEXT NOT NULL,
    body   TEXT NOT NULL
);
CREATE TABLE directory_key (
    kind   TEXT COLLATE "BINARY" NOT NULL,
    value  TEXT COLLATE "BINARY" NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (kind, value, object)
);
CREATE UNIQUE INDEX directory_key_unique ON directory_key (kind, value)
    WHERE kind IN ('sip', 'line', 'sam', 'upn', 'dn');

-- Keys of authentication protocols, encrypted with the deployment's key file.
CREATE TABLE credential (
    username  TEXT NOT NULL,
    realm     TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    object    TEXT NOT NULL,
    sealed    TEXT NOT NULL,
    PRIMARY KEY (username, realm, algorithm)
);
CREATE INDEX credential_by_object ON credential (object);
