-- What parts of the daemon remember from start to start, each as one JSON text of its own.
CREATE TABLE remembered (
  part        TEXT PRIMARY KEY,
  text        TEXT NOT NULL,
  written_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
