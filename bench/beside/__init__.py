"""Parkbench beside what a site would pick instead, and beside floors: the same comments, one machine, one run."""
