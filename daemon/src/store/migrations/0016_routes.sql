-- Where people said that files go: by their watch, what their names have or fold to, and their table.
CREATE TABLE routes (
  watch       TEXT NOT NULL,
  stem        TEXT NOT NULL,
  table_name  TEXT NOT NULL,
  dictionary  INTEGER NOT NULL REFERENCES dictionaries (id),
  author      TEXT NOT NULL,
  decided_at  INTEGER NOT NULL,
  PRIMARY KEY (watch, stem, table_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX routes_dictionary ON routes (dictionary);

-- Who gave a dictionary its name; NULL: its files did, and may give it another one.
ALTER TABLE dictionaries ADD COLUMN named_by TEXT;
