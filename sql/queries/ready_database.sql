-- Can the database be written? Neither a standby nor one that was made read-only can.
SELECT NOT pg_is_in_recovery() AND NOT current_setting('default_transaction_read_only')::bool;
