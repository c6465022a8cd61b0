-- Files that are moved or removed because their watch says so: one row a drop, from the decision
-- on until nothing is left to do or to decide.
CREATE TABLE moves (
  drop_seq       INTEGER PRIMARY KEY REFERENCES drops (seq),
  -- quarantine, done, delete, return
  errand         TEXT NOT NULL,
  -- due: is to be done. held: lies in quarantine. deciding: is being made a version.
  state          TEXT NOT NULL,
  due_at         INTEGER NOT NULL,
  -- Where the file lies, below the root of its drop.
  lies           ANY NOT NULL,
  -- Why the last try failed.
  problem        TEXT,
  -- Of a file in quarantine: what its dictionary is called, whose contract it breaks, and where.
  series         TEXT,
  contract       TEXT,
  breaches       TEXT,
  more_breaches  INTEGER,
  -- release or accept
  verdict        TEXT,
  decided_by     TEXT,
  decided_at     INTEGER
) STRICT;

CREATE INDEX moves_state ON moves (state, due_at);
