"""What is logged and how: one event a line, with the ids of the request, the member and the task it belongs to.

Lines are JSON where machines read them, so that nothing a person typed can forge one (a line break is escaped), and
coloured text on a laptop. No addresses of readers are logged.
"""

from __future__ import annotations

from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """Return Django's `LOGGING`; everything goes to standard error, where the process manager collects it."""
    # Not the coloured tracebacks: they show local variables, and with them what people typed; each takes seconds.
    on_a_laptop = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = structlog.processors.JSONRenderer() if as_json else on_a_laptop
    exceptions = [structlog.processors.format_exc_info] if as_json else []
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )  # fmt: skip
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta, *exceptions, renderer
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # On a laptop Django's own line for each request is enough; elsewhere the request middleware says it with ids.
        "loggers": {"django.server": {"handlers": [], "level": "WARNING"}} if as_json else {},
    }  # fmt: skip
