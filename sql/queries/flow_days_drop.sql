-- Deletes the flows of all days before $1.
SELECT flows_drop_days($1::date);
