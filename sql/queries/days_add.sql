-- Makes the partitions of the days $1 (date[]) that are missing.
SELECT flows_add_days($1::date[]);
