"""What the targets of the Makefile run. `venv` and `run` need only Python itself; the rest runs inside `.venv`."""
