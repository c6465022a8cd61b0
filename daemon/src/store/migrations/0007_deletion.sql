-- Hidden with all its history; NULL: shown. A file of its series shows it again.
ALTER TABLE dictionaries ADD COLUMN deleted_at INTEGER;

-- What points to a row that is taken away is found without reading everything.
CREATE INDEX dictionaries_current ON dictionaries (current);
CREATE INDEX dictionaries_newest_drop ON dictionaries (newest_drop);
CREATE INDEX drops_dictionary ON drops (dictionary);
CREATE INDEX versions_drop ON versions (drop_seq);
