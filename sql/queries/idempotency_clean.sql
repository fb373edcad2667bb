-- Forgets the keys of yesterday and before.
DELETE FROM idempotency_keys WHERE started_at < clock_timestamp() - interval '24 hours';
