-- migrate:up

-- Room in each page for the second version of some of its rows: a stream adds to the hour at hand with every commit, and
-- an update that stays in its page touches no index.
ALTER TABLE connection_hours SET (fillfactor = 75);

-- migrate:down
-- Forward only: a backup is the way back.
