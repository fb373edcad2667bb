-- This transaction stores everything at once, which may take long, and lets go when another one holds
-- some of it: it waits for a lock less than the time after which PostgreSQL looks for deadlocks, 1 s.
-- bulk_limits ends that.
SELECT set_config('statement_timeout', '10min', true), set_config('lock_timeout', '300ms', true);
