"""What is logged and how: one event a line, with the ids of the request, the member and the task it belongs to.

Lines are JSON where machines read them, so that nothing a person typed can forge one (a line break is escaped), and
coloured text on a laptop, where controls are escaped too. Addresses of readers are not logged: where a mail server or
a database names one, it is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest

from core.requests import path_to_log
from core.text import without_addresses

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

#: Controls, and what else begins a new line or hides one in a terminal.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_CONTROLS |= {code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def logging_config(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """Return Django's `LOGGING`; everything goes to standard error, where the process manager collects it."""
    # Not the coloured tracebacks: they show local variables, and with them what people typed; each takes seconds.
    on_a_laptop = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    ending: list[Any] = (
        [structlog.processors.format_exc_info, discreet, structlog.processors.JSONRenderer()]
        if as_json
        else [discreet, on_one_line, on_a_laptop]
    )
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
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # On a laptop Django's own line for each request is enough; elsewhere the request middleware says it with ids.
        "loggers": {"django.server": {"handlers": [], "level": "WARNING"}} if as_json else {},
    }


def discreet(logger: Any, method: str, entry: Any) -> Any:
    """Return `entry` without e-mail addresses, however deep they are in it, and without the secrets of links."""
    # Another handler may have left the whole text on the record.
    entry = {key: value for key, value in entry.items() if key != "message"}
    request = entry.get("request")
    if isinstance(request, HttpRequest):
        # Django's own lines have the whole request with them, and its path in their text.
        entry["request"] = f"{request.method} {path_to_log(request)}"
        entry["event"] = str(entry["event"]).replace(request.path, path_to_log(request))
    return _each_text(entry, without_addresses)


def on_one_line(logger: Any, method: str, entry: Any) -> Any:
    """Return `entry` with control characters escaped."""
    return _each_text(entry, lambda text: text.translate(_CONTROLS))


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        # What `logging` itself put there (a traceback to be written later) is not ours to look into.
        return {key: part if key == "exc_info" else _each_text(part, change) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(part, change) for part in value]
    return value if value is None or isinstance(value, bool | int | float) else change(str(value))
