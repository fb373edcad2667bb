-- The ids of connections, in the order of the arrays; parameters as in connection_add.
SELECT c.id
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
	WITH ORDINALITY
	AS g (client_id, server_id, protocol, port, client_port, icmp_type, standing, n)
JOIN connections c
	ON (c.client_id, c.server_id, c.protocol, c.port, c.client_port, c.icmp_type, c.standing)
	= (g.client_id, g.server_id, g.protocol, g.port, g.client_port, g.icmp_type, g.standing)
ORDER BY g.n;
