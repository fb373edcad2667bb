-- The ids of connections, in the order of the arrays; those that are missing are added, without events. $1 clients,
-- $2 servers, $3 protocols, $4 ports, $5 client ports, $6 ICMP types, $7 standings. The id of one that another
-- transaction adds at the same time is null: it is known when this statement is run again.
WITH known AS MATERIALIZED (
	SELECT g.*, c.id
	FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
		WITH ORDINALITY
		AS g (client_id, server_id, protocol, port, client_port, icmp_type, standing, n)
	LEFT JOIN connections c
		ON (c.client_id, c.server_id, c.protocol, c.port, c.client_port, c.icmp_type, c.standing)
		= (g.client_id, g.server_id, g.protocol, g.port, g.client_port, g.icmp_type, g.standing)
), added AS (
	INSERT INTO connections (client_id, server_id, protocol, port, client_port, icmp_type, standing)
	SELECT client_id, server_id, protocol, port, client_port, icmp_type, standing
	FROM known WHERE id IS NULL
	ORDER BY 1, 2, 3, 4, 5, 6, 7
	ON CONFLICT (client_id, server_id, protocol, port, client_port, icmp_type, standing) DO NOTHING
	RETURNING *
)
SELECT coalesce(k.id, a.id)
FROM known k
LEFT JOIN added a
	ON (a.client_id, a.server_id, a.protocol, a.port, a.client_port, a.icmp_type, a.standing)
	= (k.client_id, k.server_id, k.protocol, k.port, k.client_port, k.icmp_type, k.standing)
ORDER BY k.n;
