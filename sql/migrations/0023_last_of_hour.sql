-- migrate:up

-- No flow of the hour is later; a page begins there (sql/queries/flow_list.sql).
ALTER TABLE traffic_hours ADD COLUMN last_seen timestamptz;
UPDATE traffic_hours SET last_seen = hour + interval '1 hour';
ALTER TABLE traffic_hours ALTER COLUMN last_seen SET NOT NULL;

-- migrate:down
-- Forward only: a backup is the way back.
