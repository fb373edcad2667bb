-- Is the newest migration there?
SELECT to_regclass('audit_head') IS NOT NULL AND to_regclass('import_report') IS NOT NULL;
