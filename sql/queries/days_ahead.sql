-- Days after today that have partitions, up to the first that has none, or 7; -1: not even today has.
SELECT coalesce(min(n), 8) - 1 FROM generate_series(0, 7) n WHERE to_regclass(
	'flows' || to_char((now() AT TIME ZONE 'UTC')::date + n, '"_p"YYYYMMDD')) IS NULL;
