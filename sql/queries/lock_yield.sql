-- This transaction may work long, but lets go when another one is in its way: it waits for a lock less than
-- the time after which PostgreSQL looks for deadlocks, 1 s, and nobody behind it waits longer.
SELECT set_config('statement_timeout', '10min', true), set_config('lock_timeout', '300ms', true);
