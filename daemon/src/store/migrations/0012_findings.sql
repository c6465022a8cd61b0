-- What was judged of a version against those before it. What its file alone says stands in its profile.
CREATE TABLE findings (
  id        INTEGER PRIMARY KEY,
  version   INTEGER NOT NULL REFERENCES versions (id),
  -- NULL: of the table as a whole.
  field     INTEGER REFERENCES fields (id),
  -- drift or contract
  source    TEXT NOT NULL,
  code      TEXT NOT NULL,
  severity  TEXT NOT NULL,
  message   TEXT NOT NULL,
  -- A JSON object: what the sentence was drawn from.
  numbers   TEXT NOT NULL
) STRICT;

CREATE INDEX findings_version ON findings (version);
