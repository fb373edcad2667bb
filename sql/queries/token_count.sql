-- How many tokens of the owner $1 hold.
SELECT count(*) FROM tokens WHERE owner = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp();
