-- migrate:up

-- Evidence without foreign keys: every row of it is made from ids that a statement has just read, and identities
-- and connections are never deleted. A key is checked row by row and locks what it refers to, which was two thirds
-- of the time of storing new connections. tests/api looks that nothing refers to what is not there.
ALTER TABLE endpoints DROP CONSTRAINT endpoints_identity_id_fkey;
ALTER TABLE identity_numbers DROP CONSTRAINT identity_numbers_identity_id_fkey;
ALTER TABLE connections DROP CONSTRAINT connections_client_id_fkey,
	DROP CONSTRAINT connections_server_id_fkey;
ALTER TABLE connection_hours DROP CONSTRAINT connection_hours_connection_id_fkey;
ALTER TABLE connection_facts DROP CONSTRAINT connection_facts_connection_id_fkey;

-- What was a table of its own, a row or more for each connection: events by what they prove, 8 numbers for the rule
-- of each side, in the order of enum outcome. '{}': none yet.
ALTER TABLE connections ADD COLUMN outcomes bigint[] NOT NULL DEFAULT '{}';
UPDATE connections c SET outcomes = o.outcomes
FROM (
	SELECT connection_id, ARRAY(
		SELECT coalesce(sum(o.events), 0)::bigint
		FROM generate_series(0, 15) AS place
		LEFT JOIN connection_outcomes o
			ON o.connection_id = known.connection_id AND o.side * 8 + o.outcome = place
		GROUP BY place ORDER BY place
	) AS outcomes
	FROM (SELECT DISTINCT connection_id FROM connection_outcomes) AS known
) AS o
WHERE o.connection_id = c.id;
DROP TABLE connection_outcomes;

CREATE FUNCTION outcomes_added(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[
	a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5], a[6] + b[6], a[7] + b[7], a[8] + b[8],
	a[9] + b[9], a[10] + b[10], a[11] + b[11], a[12] + b[12], a[13] + b[13], a[14] + b[14], a[15] + b[15],
	a[16] + b[16]];

-- Room in each page for the second version of its rows, which come without events and get them at once: an update
-- that stays in its page touches no index.
ALTER TABLE connections SET (fillfactor = 25);
ALTER TABLE connection_facts SET (fillfactor = 45);

-- As sum(), which makes a numeric of each bigint and is slow where there are many of them.
CREATE AGGREGATE total(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0');
-- Lists joined to one.
CREATE AGGREGATE texts_joined(text[]) (SFUNC = array_cat, STYPE = text[]);

-- migrate:down
-- Forward only: a backup is the way back.
