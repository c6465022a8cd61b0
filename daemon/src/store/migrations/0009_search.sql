-- What searches look through. A field of a current version has its lasting id as row number, a
-- dictionary its id below zero. The words are folded before they come here.
CREATE VIRTUAL TABLE search USING fts5(
  name, path, text, sample,
  -- What filters ask for, as words of the form `type=date`.
  facet,
  content = '', contentless_delete = 1, detail = column, tokenize = "ascii tokenchars '=_'"
);

-- What stands in `search`: to find it again, and to leave alone what has not changed.
CREATE TABLE search_entries (
  -- As in `search`.
  id          INTEGER PRIMARY KEY,
  dictionary  INTEGER NOT NULL,
  -- The row of version_fields that is shown; 0 of a dictionary.
  entry       INTEGER NOT NULL,
  -- Of its words.
  digest      INTEGER NOT NULL
) STRICT;

CREATE INDEX search_entries_dictionary ON search_entries (dictionary);

-- Words of names and of what people wrote, to complete what is typed. Bounded, see search/spelling.
CREATE TABLE search_words (
  id    INTEGER PRIMARY KEY,
  word  TEXT NOT NULL UNIQUE
) STRICT;

-- Each of them without one of its letters, to find what is misspelt.
CREATE TABLE search_spellings (
  spelling  TEXT NOT NULL,
  word      INTEGER NOT NULL,
  PRIMARY KEY (spelling, word)
) STRICT, WITHOUT ROWID;

-- What is to be brought into step before the transaction that wrote it commits.
CREATE TABLE search_stale (
  dictionary  INTEGER NOT NULL,
  -- A field; 0: all of them and the dictionary; -1: the dictionary alone.
  field       INTEGER NOT NULL,
  PRIMARY KEY (dictionary, field)
) STRICT, WITHOUT ROWID;

INSERT INTO search_stale (dictionary, field) SELECT id, 0 FROM dictionaries;

CREATE TRIGGER search_dictionary_changed AFTER UPDATE OF name, current, updated_at ON dictionaries BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field) VALUES (new.id, 0);
END;

CREATE TRIGGER search_dictionary_hidden AFTER UPDATE OF deleted_at ON dictionaries
WHEN old.deleted_at IS NOT new.deleted_at BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field) VALUES (new.id, 0);
END;

CREATE TRIGGER search_dictionary_gone AFTER DELETE ON dictionaries BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field) VALUES (old.id, 0);
END;

-- A field without an owner of its own has its dictionary's.
CREATE TRIGGER search_words_written AFTER INSERT ON annotations BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field)
    VALUES (new.dictionary, coalesce(new.field, iif(new.aspect = 'owner', 0, -1)));
END;

CREATE TRIGGER search_words_moved AFTER UPDATE ON annotations BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field)
    VALUES (old.dictionary, coalesce(old.field, iif(old.aspect = 'owner', 0, -1))),
           (new.dictionary, coalesce(new.field, iif(new.aspect = 'owner', 0, -1)));
END;

CREATE TRIGGER search_words_gone AFTER DELETE ON annotations BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field)
    VALUES (old.dictionary, coalesce(old.field, iif(old.aspect = 'owner', 0, -1)));
END;

CREATE TRIGGER search_field_moved AFTER UPDATE OF dictionary, path ON fields BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field) VALUES (old.dictionary, 0), (new.dictionary, 0);
END;

-- Another identity, or what was found out later: that its values are personal data.
CREATE TRIGGER search_entry_changed AFTER UPDATE OF field, pii, semantic_type, profile ON version_fields BEGIN
  INSERT OR IGNORE INTO search_stale (dictionary, field)
    SELECT dictionary, 0 FROM fields WHERE id IN (old.field, new.field);
END;
