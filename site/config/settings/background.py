"""Redis, Celery, the outbox and what is done by the clock. Without `REDIS_URL` all of it happens in the web process."""

from __future__ import annotations

from typing import Any

from environs import Env
from kombu import Queue

env = Env()

REDIS_URL: str = env.str("REDIS_URL", "")
#: Processes that answer readers; gunicorn's configuration reads the same variable. `core.limits` divides by it.
WEB_PROCESSES: int = env.int("WEB_WORKERS", 1)

#: Who empties the outbox: Celery's workers, or without Redis a thread of a serving process.
OUTBOX_RUNNER = "celery" if REDIS_URL else "thread"
#: A row whose worker has died is somebody else's after so long: longer than Celery lets any task run (see below).
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 180)
#: What has failed is tried again after so long, then after twice as long, and so on.
OUTBOX_RETRY_SECONDS = env.int("OUTBOX_RETRY_SECONDS", 60)
#: How often the clock has somebody look into the outbox, whoever asked for it or did not.
OUTBOX_SWEEP_SECONDS = env.float("OUTBOX_SWEEP_SECONDS", 10.0)

# --- caches --------------------------------------------------------------------------------------
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "core.cache.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Small public things that every page needs (the notice, the guidelines in short): they must not fail with Redis.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

# --- Celery: what is said -------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"

# --- Celery: who says it: a request must not wait for a broker that is down -----------------------
CELERY_TASK_PUBLISH_RETRY = False
#: Seconds after which an unacknowledged task is given to another worker: longer than any may run.
VISIBILITY_TIMEOUT = 600
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    # A frozen Redis answers nothing: half a second of a reader's time, three times, then the breaker opens.
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    # Not the four seconds of trying again that are usual.
    "max_retries": 0,
    # Without it the tasks of a worker that was killed come back only after a hundred seconds more.
    "unacked_restore_throttle": 1,
}

# --- Celery: who does it --------------------------------------------------------------------------
#: A worker can wait longer than a reader, and a slow Redis must not make it drop its connection.
WORKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "max_retries": 100}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
#: Seconds: first an exception inside the task, then the end of its process. Less than the lease of an outbox row.
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
#: Seconds that a worker which was told to stop gives the tasks it is at.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
#: However long Redis is away, the worker is there when it comes back.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None

# --- queues: what somebody waits for never stands behind a digest ---------------------------------
#: Queue of each `Outbox.Urgency`, the most urgent first. A worker without `-Q` serves all three in turn.
OUTBOX_QUEUES = ("urgent", "default", "later")
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in OUTBOX_QUEUES]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {
    "accounts.tasks.sweep_privacy": {"queue": "later"},
    "core.tasks.sweep_outbox": {"queue": "later"},
    "discussions.tasks.mail_what_is_due": {"queue": "later"},
    "moderation.tasks.train_spam_screen": {"queue": "later"},
}

# --- what is done by the clock --------------------------------------------------------------------
#: Read by Celery's beat, and without Redis by the thread of a web process (`core.schedule`). An entry that may be
#: skipped when nobody was there in time has `expires`; a task that runs twice must do no harm.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    **{
        f"drain-outbox-{queue}": {
            "task": "core.tasks.drain_outbox",
            "schedule": OUTBOX_SWEEP_SECONDS,
            "args": (urgency,),
            "options": {"queue": queue, "expires": OUTBOX_SWEEP_SECONDS},
        }
        for urgency, queue in enumerate(OUTBOX_QUEUES)
    },
    "sweep-privacy": {"task": "accounts.tasks.sweep_privacy", "schedule": 86400.0, "options": {"expires": 3600}},
    "sweep-outbox": {"task": "core.tasks.sweep_outbox", "schedule": 3600.0, "options": {"expires": 600}},
    "sweep-live": {"task": "discussions.tasks.sweep_live_events", "schedule": 3600.0, "options": {"expires": 600}},
    "look-for-heat": {"task": "moderation.tasks.look_for_heat", "schedule": 60.0, "options": {"expires": 60}},
    "train-spam-screen": {
        "task": "moderation.tasks.train_spam_screen",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "mail-what-is-due": {"task": "discussions.tasks.mail_what_is_due", "schedule": 60.0, "options": {"expires": 60}},
}
