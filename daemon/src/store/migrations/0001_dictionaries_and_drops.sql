-- Times are Unix milliseconds. Paths are TEXT where they are UTF-8, BLOB where they are not.

CREATE TABLE dictionaries (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  watch        TEXT NOT NULL,
  stem         TEXT NOT NULL,
  -- '' for files of one table: the dictionary is the file's.
  table_name   TEXT NOT NULL,
  -- The stem it would share with siblings of other counters, while none has come that agrees.
  family       TEXT,
  -- How many versions there are; they are numbered 1 to this.
  versions     INTEGER NOT NULL DEFAULT 0,
  current      INTEGER REFERENCES versions (id) DEFERRABLE INITIALLY DEFERRED,
  newest_drop  INTEGER REFERENCES drops (seq),
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  UNIQUE (watch, stem, table_name)
) STRICT;

CREATE INDEX dictionaries_family ON dictionaries (watch, family, table_name)
  WHERE family IS NOT NULL;

-- A dictionary that took the stem of its series is still found by the name it had before.
CREATE TABLE former_names (
  name        TEXT PRIMARY KEY,
  dictionary  INTEGER NOT NULL REFERENCES dictionaries (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE drops (
  -- Place in the store's order.
  seq               INTEGER PRIMARY KEY AUTOINCREMENT,
  -- 16 bytes, given when the drop was enqueued.
  id                BLOB NOT NULL UNIQUE,
  watch             TEXT NOT NULL,
  root              ANY NOT NULL,
  -- Below root.
  path              ANY NOT NULL,
  size              INTEGER NOT NULL,
  mtime_ns          INTEGER NOT NULL,
  inode             INTEGER NOT NULL,
  -- watched or ingest
  origin            TEXT NOT NULL,
  state             TEXT NOT NULL,
  reason            TEXT,
  blake3            TEXT,
  dictionary        INTEGER REFERENCES dictionaries (id),
  version           INTEGER,
  tries             INTEGER NOT NULL,
  arrived_at        INTEGER NOT NULL,
  finished_at       INTEGER,
  profiler_version  TEXT,
  duration_ms       INTEGER
) STRICT;

-- The newest drop of a path: whether what a scan sees there was done before.
CREATE INDEX drops_file ON drops (path, watch);
CREATE INDEX drops_state ON drops (state, seq);

-- Identities whose drop was revised in place by a later one of the same file.
CREATE TABLE drop_aliases (
  id   BLOB PRIMARY KEY,
  seq  INTEGER NOT NULL REFERENCES drops (seq)
) STRICT, WITHOUT ROWID;

-- Asked for with every status; counting a million drops would be felt.
CREATE TABLE drop_counts (
  state  TEXT PRIMARY KEY,
  count  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER drops_counted_in AFTER INSERT ON drops BEGIN
  INSERT INTO drop_counts (state, count) VALUES (new.state, 1)
    ON CONFLICT (state) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER drops_counted_over AFTER UPDATE OF state ON drops
WHEN old.state IS NOT new.state BEGIN
  UPDATE drop_counts SET count = count - 1 WHERE state = old.state;
  INSERT INTO drop_counts (state, count) VALUES (new.state, 1)
    ON CONFLICT (state) DO UPDATE SET count = count + 1;
END;

CREATE TABLE versions (
  id                 INTEGER PRIMARY KEY,
  dictionary         INTEGER NOT NULL REFERENCES dictionaries (id),
  number             INTEGER NOT NULL,
  drop_seq           INTEGER NOT NULL REFERENCES drops (seq),
  schema_hash        TEXT NOT NULL,
  blake3             TEXT NOT NULL,
  records            INTEGER NOT NULL,
  fields             INTEGER NOT NULL,
  pii_fields         INTEGER NOT NULL,
  -- Findings of severity warning and above.
  warnings           INTEGER NOT NULL,
  format             TEXT NOT NULL,
  bytes              INTEGER NOT NULL,
  -- Name of the file, without its folder.
  file               TEXT NOT NULL,
  created_at         INTEGER NOT NULL,
  -- May be replaced by other content of the same file until then; NULL: final at once.
  provisional_until  INTEGER,
  -- The profile document around the fields: head || fields joined by commas || tail.
  head               TEXT NOT NULL,
  tail               TEXT NOT NULL,
  UNIQUE (dictionary, number)
) STRICT;

CREATE INDEX versions_content ON versions (dictionary, blake3);

-- The lasting identity of a field: what people write hangs on it. Never deleted: without versions
-- it is one that only a replaced provisional content had, and is met again if it comes again.
CREATE TABLE fields (
  id             INTEGER PRIMARY KEY,
  dictionary     INTEGER NOT NULL REFERENCES dictionaries (id),
  path           TEXT NOT NULL,
  first_version  INTEGER,
  last_version   INTEGER,
  UNIQUE (dictionary, path)
) STRICT;

-- One field of one version: the columns of a list, and its part of the profile document.
CREATE TABLE version_fields (
  id              INTEGER PRIMARY KEY,
  version         INTEGER NOT NULL REFERENCES versions (id),
  -- Place in the document, from 0 without gaps.
  ordinal         INTEGER NOT NULL,
  field           INTEGER NOT NULL REFERENCES fields (id),
  name            TEXT NOT NULL,
  position        INTEGER NOT NULL,
  nesting_level   INTEGER NOT NULL,
  type            TEXT NOT NULL,
  nullable        INTEGER NOT NULL,
  count           INTEGER NOT NULL,
  null_count      INTEGER NOT NULL,
  distinct_count  INTEGER NOT NULL,
  semantic_type   TEXT,
  pii             TEXT,
  min             TEXT,
  max             TEXT,
  mean            REAL,
  findings        INTEGER NOT NULL,
  estimated       INTEGER NOT NULL,
  profile         TEXT NOT NULL
) STRICT;

-- Pages by ordinal; a single field is found within the few kilobytes of its version's entries.
CREATE UNIQUE INDEX version_fields_order ON version_fields (version, ordinal, field);

-- One difference between a version and the one before it.
CREATE TABLE changes (
  id        INTEGER PRIMARY KEY,
  version   INTEGER NOT NULL REFERENCES versions (id),
  kind      TEXT NOT NULL,
  severity  TEXT NOT NULL,
  field     INTEGER REFERENCES fields (id),
  aspect    TEXT,
  before    TEXT,
  after     TEXT
) STRICT;

CREATE INDEX changes_version ON changes (version);

-- What a person or a model wrote on a field, or on the dictionary where field is NULL.
CREATE TABLE annotations (
  id          INTEGER PRIMARY KEY,
  dictionary  INTEGER NOT NULL REFERENCES dictionaries (id),
  field       INTEGER REFERENCES fields (id),
  -- description, business_name, owner, tags, classification
  aspect      TEXT NOT NULL,
  value       TEXT NOT NULL,
  author      TEXT NOT NULL,
  written_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX annotations_dictionary ON annotations (dictionary);
CREATE INDEX annotations_field ON annotations (field);

-- One row that the health check writes and reads back.
CREATE TABLE pulse (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  at    INTEGER NOT NULL
) STRICT;
