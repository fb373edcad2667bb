-- Adds the connections that are missing, without events: $1 clients, $2 servers, $3 protocols,
-- $4 ports, $5 client ports, $6 ICMP types, $7 standings.
INSERT INTO connections (client_id, server_id, protocol, port, client_port, icmp_type, standing)
SELECT g.client_id, g.server_id, g.protocol, g.port, g.client_port, g.icmp_type, g.standing
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
	AS g (client_id, server_id, protocol, port, client_port, icmp_type, standing)
WHERE NOT EXISTS (
	SELECT FROM connections c
	WHERE (c.client_id, c.server_id, c.protocol, c.port, c.client_port, c.icmp_type, c.standing)
		= (g.client_id, g.server_id, g.protocol, g.port, g.client_port, g.icmp_type, g.standing))
ORDER BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT DO NOTHING;
