-- Who changed what: $1 actor, $2 request id, $3 action, $4 object, $5 details.
INSERT INTO audit (actor, request_id, action, object, detail) VALUES ($1, $2, $3, $4, $5::jsonb);
