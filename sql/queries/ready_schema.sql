-- Which of the migrations $1 (text[]) are missing: a text, empty when none is.
SELECT coalesce(string_agg(known, ', ' ORDER BY known), '') FROM unnest($1::text[]) known
WHERE known NOT IN (SELECT version FROM schema_migrations);
