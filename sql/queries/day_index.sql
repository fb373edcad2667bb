-- Makes the index by connection of the newest day that is over and has none; null: there is no such day.
-- Yesterday's flows may still arrive.
SELECT flows_index_day((now() AT TIME ZONE 'UTC')::date - 1);
