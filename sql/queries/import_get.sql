-- The load $1. Whoever has limits ($2, null: none) sees only their own ($3).
SELECT * FROM import_report WHERE import_id = $1::uuid::text AND ($2::text[] IS NULL OR author = $3);
