"""Production, in a hurry: whoever looks for lost work need not wait two minutes for it."""

from __future__ import annotations

from config.settings.production import *  # noqa: F403 — settings modules are made to be star-imported
from config.settings.production import CELERY_BEAT_SCHEDULE

# Eight clients do what a thousand readers do.
RATE_LIMITS_ENABLED = False
SAMPLED_PERCENT = 0.0
UNDO_SECONDS = 1
EMAIL_TIMEOUT = 3
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": 2.0, "options": {**entry["options"], "expires": 2}}
    if name.startswith("drain-outbox")
    else entry
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
