-- Which flows are stored already: $1 times (microseconds since 1970) and $2 ids of the flows, in the order of the
-- key, $3 the first and $4 the last time. Rows: places in the arrays, from 1, in their order.
SELECT g.n
FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS g (time_us, id, n)
JOIN flows f ON f.time = timestamptz 'epoch' + g.time_us * interval '1 microsecond' AND f.id = g.id
WHERE f.time BETWEEN $3::timestamptz AND $4::timestamptz
ORDER BY g.n;
