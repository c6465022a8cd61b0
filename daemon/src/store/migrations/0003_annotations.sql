-- An edit is a new row; the row it replaces stays, as history. An empty value removes.
ALTER TABLE annotations ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0;
-- Number of the version that was current then.
ALTER TABLE annotations ADD COLUMN version INTEGER;

CREATE UNIQUE INDEX annotations_current ON annotations (dictionary, coalesce(field, 0), aspect)
  WHERE replaced = 0;
