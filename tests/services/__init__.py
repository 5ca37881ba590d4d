"""The whole set of processes under faults: what the clients were told must be what the database says afterwards."""
