-- What is kept of the values of a field in one version, to compare versions by: hashes under a key
-- and buckets, never a value. Only the newest versions of a dictionary have them.
CREATE TABLE sketches (
  id       INTEGER PRIMARY KEY,
  version  INTEGER NOT NULL REFERENCES versions (id),
  field    INTEGER NOT NULL REFERENCES fields (id),
  -- 8 bytes that name the key its values are hashed under.
  key_id   BLOB NOT NULL,
  -- How `data` is written.
  format   INTEGER NOT NULL,
  data     BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX sketches_field ON sketches (version, field);
