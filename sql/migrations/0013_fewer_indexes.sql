-- migrate:up

-- Every filter reads the identities and the connections as a whole (connection_match.sql): they are small, and most
-- filters take a good part of them. These indexes served no statement, and each new row had to be put into them.
DROP INDEX identities_namespace_idx;
DROP INDEX identities_labels_idx;
DROP INDEX connections_server_id_idx;

-- Room for what counts by verdict and outcome add to a row (0012).
ALTER TABLE connections SET (fillfactor = 20);

-- migrate:down
-- Forward only: a backup is the way back.
