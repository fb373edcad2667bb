-- Loads, newest first: at most $1, those before the load $2 (null: the first page). Whoever has
-- limits ($3, null: none) sees only their own ($4).
SELECT r.* FROM import_report r
WHERE ($2::uuid IS NULL OR (r.started_at, r.import_id) < (
		SELECT i.started_at, i.id::text FROM imports i WHERE i.id = $2::uuid))
	AND ($3::text[] IS NULL OR r.author = $4)
ORDER BY r.started_at DESC, r.import_id DESC
LIMIT $1::int;
