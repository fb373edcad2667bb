-- Gives the transaction at hand the time that imports and deletions need: an upload may pause, and
-- wait for another one that stores the same flows.
SELECT set_config('statement_timeout', '60s', true), set_config('lock_timeout', '60s', true),
	set_config('idle_in_transaction_session_timeout', '15min', true);
