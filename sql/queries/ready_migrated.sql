-- Was any migration ever applied? Only then can ready_schema.sql be asked.
SELECT to_regclass('schema_migrations') IS NOT NULL;
