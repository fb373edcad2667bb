-- How many seconds a replica is behind the primary, which has written up to $1.
SELECT CASE
	WHEN NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1::pg_lsn THEN 0
	ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
END;
