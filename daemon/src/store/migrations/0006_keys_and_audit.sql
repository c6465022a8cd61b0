-- Keys of the HTTP door. The secret itself is nowhere: hash is BLAKE3 of its 32 random bytes.
CREATE TABLE api_keys (
  -- 8 hex digits, which also stand in the key.
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  -- read, write or admin
  scope           TEXT NOT NULL,
  hash            BLOB NOT NULL,
  created_at      INTEGER NOT NULL,
  created_by      TEXT NOT NULL,
  -- NULL: never.
  expires_at      INTEGER,
  last_used_at    INTEGER,
  last_used_from  TEXT,
  revoked_at      INTEGER
) STRICT, WITHOUT ROWID;

-- Who wrote what, when, from where, and how it ended.
CREATE TABLE audit (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL,
  -- An account, the name of a key, or 'anonymous'.
  who      TEXT NOT NULL,
  -- socket or http
  door     TEXT NOT NULL,
  -- An address, or the account's number.
  origin   TEXT NOT NULL,
  action   TEXT NOT NULL,
  target   TEXT NOT NULL,
  -- done, refused or failed
  outcome  TEXT NOT NULL,
  because  TEXT
) STRICT;
