-- The load $1.
SELECT * FROM import_report WHERE import_id = $1::uuid::text;
