"""The whole production-like set on one machine: for `make stack`, for the tests under faults, for measuring."""

from __future__ import annotations
