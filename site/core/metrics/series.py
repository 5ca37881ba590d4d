"""The counters and histograms that the code adds to. Labels are names from our code, never what somebody typed."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("parkbench_requests", "Requests answered", ["view", "method", "status"])
REQUEST_SECONDS = Histogram(
    "parkbench_request_seconds", "Time to answer, without sending", ["view", "method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
REQUEST_QUERIES = Histogram(
    "parkbench_request_queries", "Database queries of a request", ["view"], buckets=(0, 2, 5, 10, 15, 20, 30, 50, 100)
)
DATABASE_ERRORS = Counter("parkbench_database_errors", "Queries that failed within requests", ["kind"])

# Several processes count for themselves: open anywhere is open.
BREAKER_OPEN = Gauge(
    "parkbench_breaker_open", "1 while a service counts as down", ["service"], multiprocess_mode="livemax"
)
BREAKER_OPENINGS = Counter("parkbench_breaker_openings", "Times a service was given up for a while", ["service"])
SERVICE_FAILURES = Counter("parkbench_service_failures", "Calls of a service that failed", ["service"])

LIMIT_REFUSALS = Counter("parkbench_limit_refusals", "Acts refused for being too many", ["limit"])
LIMIT_FALLBACKS = Counter("parkbench_limit_fallbacks", "Acts counted without Redis", ["limit"])
MAILS = Counter("parkbench_mails", "Mails handed to the mail server", ["outcome"])
OUTBOX_TASKS = Counter("parkbench_outbox_tasks", "Tasks of the outbox tried", ["topic", "outcome"])
SIGNALS = Counter("parkbench_signals", "Plug-ins asked about a comment", ["screen", "outcome"])
SIGNAL_SECONDS = Histogram(
    "parkbench_signal_seconds", "Time that a plug-in took or was given", ["screen"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
)  # fmt: skip
