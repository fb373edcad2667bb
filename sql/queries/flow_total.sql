-- How many flows are stored.
SELECT count(*) FROM flows;
