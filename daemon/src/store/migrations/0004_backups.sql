-- Every run of a backup and every copy of one in another place: what the catalogue is judged by.
-- The manifests in the places are the truth about what is there; this tells what should be.
CREATE TABLE backups (
  seq          INTEGER PRIMARY KEY,
  -- Name of its folder; of a run that failed: when it began.
  id           TEXT NOT NULL,
  place        TEXT NOT NULL,
  -- full or incremental
  kind         TEXT NOT NULL,
  -- schedule or on_demand
  why          TEXT NOT NULL,
  base         TEXT,
  taken_at     INTEGER NOT NULL,
  finished_at  INTEGER NOT NULL,
  bytes        INTEGER NOT NULL,
  store_bytes  INTEGER NOT NULL,
  -- 0: the run failed, and nothing lies in the place.
  made         INTEGER NOT NULL,
  -- Restored and found to be what was backed up.
  verified_at  INTEGER,
  -- Why it failed, or what was found wrong.
  problem      TEXT,
  -- Taken away by retention.
  removed_at   INTEGER,
  UNIQUE (id, place)
) STRICT;
