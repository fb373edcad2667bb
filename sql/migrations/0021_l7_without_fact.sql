-- migrate:up

-- L7 parts of which no fact was kept are few, and a search for a text must look at each (sql/queries/l7_page.sql).
CREATE INDEX flow_l7_without_fact ON flow_l7 (time, id) WHERE fact_id = 0;

-- migrate:down
-- Forward only: a backup is the way back.
