-- What the drops of a dictionary must satisfy, as a person wrote it. An edit is a new row; an empty text
-- takes the contract away.
CREATE TABLE contracts (
  id          INTEGER PRIMARY KEY,
  dictionary  INTEGER NOT NULL REFERENCES dictionaries (id),
  text        TEXT NOT NULL,
  author      TEXT NOT NULL,
  set_at      INTEGER NOT NULL,
  replaced    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX contracts_current ON contracts (dictionary) WHERE replaced = 0;
