-- A field that a version has under another path than the version before it: found, or said by a person.
CREATE TABLE renames (
  id          INTEGER PRIMARY KEY,
  -- The first version with the new path.
  version     INTEGER NOT NULL REFERENCES versions (id),
  before      INTEGER NOT NULL REFERENCES fields (id),
  after       INTEGER NOT NULL REFERENCES fields (id),
  -- From 0 to 1; 1 by a person's word.
  score       REAL NOT NULL,
  because     TEXT NOT NULL,
  -- applied, proposed or refused
  state       TEXT NOT NULL,
  -- Who decided; NULL: nobody but ddgen.
  author      TEXT,
  decided_at  INTEGER NOT NULL,
  UNIQUE (version, before, after)
) STRICT;

CREATE UNIQUE INDEX renames_before ON renames (before, version) WHERE state <> 'refused';
CREATE UNIQUE INDEX renames_after ON renames (after, version) WHERE state <> 'refused';

-- The annotations that an applied rename took along, as they stood before: how it is undone.
CREATE TABLE rename_moves (
  rename      INTEGER NOT NULL REFERENCES renames (id),
  annotation  INTEGER NOT NULL REFERENCES annotations (id),
  replaced    INTEGER NOT NULL,
  PRIMARY KEY (rename, annotation)
) STRICT, WITHOUT ROWID;

CREATE INDEX rename_moves_annotation ON rename_moves (annotation);
