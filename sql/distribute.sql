-- Spreads flows over the nodes of a Citus cluster, by their id. Run once, by choice, by the owner of the database on
-- the coordinator, after the migrations; running it again changes nothing (backend/docs/scaling.md):
--
--   psql -v ON_ERROR_STOP=1 -f sql/distribute.sql
--
-- Only these two tables grow without bound. Everything else stays on the coordinator as it is, with its keys
-- and transactions. A flow and its L7 part have the same id and so are on the same node. Flows that are
-- stored already are moved. Days are made and dropped as before, on all nodes.

CREATE EXTENSION IF NOT EXISTS citus;

SELECT create_distributed_table('flows', 'id', colocate_with => 'none')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'flows'::regclass);

SELECT create_distributed_table('flow_l7', 'id', colocate_with => 'flows')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'flow_l7'::regclass);
