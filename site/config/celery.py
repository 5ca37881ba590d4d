"""The Celery application. `celery -A config worker` finds it through `config/__init__.py`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("parkbench")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
