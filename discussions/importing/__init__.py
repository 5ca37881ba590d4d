"""Bringing discussions over from other systems.

Files from elsewhere are read as if an attacker had written them: streamed, capped, never executed. Reading (`streams`,
`wxr`, `fields`, `php`) knows no model; `wordpress` writes what was read into ours.
"""
