-- This database is served with authentication from now on.
UPDATE instance SET authenticated_at = clock_timestamp() WHERE authenticated_at IS NULL;
