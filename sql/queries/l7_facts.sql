-- The facts of which flows may have an L7 part like $1, among those of the connections $2 (null: all); `sure` where
-- all of them have. A flow has the texts of its fact, but for a dot after a name, and for what varies in its path
-- (core/http_path.h): there what is left without hexadecimal digits is compared, of the path without the marks for
-- them and of the pattern. Other marks stand for anything.
SELECT f.id,
	f.method ILIKE $1::text OR f.host ILIKE $1 OR f.name ILIKE $1
		OR f.path ILIKE $1 AND f.path NOT LIKE '%{%' AS sure
FROM connection_facts f
WHERE ($2::int[] IS NULL OR f.connection_id = ANY ($2))
	AND (f.method ILIKE $1 OR f.host ILIKE $1 OR f.name || '.' ILIKE $1 OR f.path ILIKE $1
		OR f.path LIKE '%{token}%' OR f.path LIKE '%{any}%'
		OR f.path LIKE '%{%' AND translate(
			regexp_replace(f.path, '\{(int|uuid|date|hex|query)\}', '', 'g'), '0123456789abcdefABCDEF-', '')
			ILIKE translate($1, '0123456789abcdefABCDEF-', ''));
