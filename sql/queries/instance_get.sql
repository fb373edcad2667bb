-- Was this database served with authentication before?
SELECT authenticated_at IS NOT NULL FROM instance;
