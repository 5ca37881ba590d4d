"""Django's engine for PostgreSQL, with a cheaper look at a connection and a cursor that lasts as long as it."""
