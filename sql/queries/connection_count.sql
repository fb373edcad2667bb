-- How many connections have events, among $1 (null: all).
SELECT count(*) FROM connections WHERE events > 0 AND ($1::int[] IS NULL OR id = ANY ($1));
