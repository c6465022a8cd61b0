-- When the profile of a version lost what takes most room (its shown values); NULL: it is whole.
ALTER TABLE versions ADD COLUMN thinned_at INTEGER;

CREATE INDEX versions_whole ON versions (created_at) WHERE thinned_at IS NULL;
