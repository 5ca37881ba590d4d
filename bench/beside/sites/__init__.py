"""Servers that are measured beside Parkbench; they run in `.venv-bench` and import nothing of ours."""
