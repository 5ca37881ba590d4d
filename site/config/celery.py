"""The Celery application. `celery -A config worker` finds it through `config/__init__.py`."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("parkbench")
# Lines that a task logs carry its id, and that of the request that asked for it.
app.steps["worker"].add(DjangoStructLogInitStep)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_we_do(**kwargs: Any) -> None:
    """Use the site's own log lines in workers and beat; Celery's would be of another shape."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@celeryd_init.connect
def be_patient(conf: Any = None, **kwargs: Any) -> None:
    """Let a worker wait for Redis longer than a request may."""
    from django.conf import settings

    conf.broker_transport_options = {**conf.broker_transport_options, **settings.WORKER_TRANSPORT_OPTIONS}
