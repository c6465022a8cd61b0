-- What of a field is compared between versions. NULL in rows that are older: not known.
ALTER TABLE version_fields ADD COLUMN format TEXT;
-- Whether all values are there and differ, where there are enough of them to tell.
ALTER TABLE version_fields ADD COLUMN key INTEGER;
