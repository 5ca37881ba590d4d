"""Django's engine for PostgreSQL, with a cheaper question whether a connection is still there, and a cursor that lasts."""
