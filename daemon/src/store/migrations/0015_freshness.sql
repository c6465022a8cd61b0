-- Milliseconds that nothing may come, as the contract says; NULL where it says nothing.
ALTER TABLE contracts ADD COLUMN freshness_ms INTEGER;

-- Versions that break their contract are looked for all the time, and are few.
CREATE INDEX findings_contract ON findings (version) WHERE source = 'contract';
