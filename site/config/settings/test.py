"""The test suite: as near to production as a test can be, quick where nobody looks."""

from __future__ import annotations

from config.settings.accounts import *
from config.settings.base import *
from config.settings.base import BASE_DIR, CACHES, INSTALLED_APPS, STATIC_ROOT, env
from config.settings.database import database

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# WhiteNoise warns about a missing directory, and a warning is an error here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": database(env, BASE_DIR / "var" / "test.sqlite3")}
# A file, not memory: several threads and the live server must see one database, with the locks of a real one.
DATABASES["default"].setdefault("TEST", {})["NAME"] = (
    str(BASE_DIR / "var" / f"test-{env.str('PARKBENCH_TEST_RUN', 'local')}.sqlite3")
    if DATABASES["default"]["ENGINE"].endswith("sqlite3")
    else f"test_parkbench_{env.str('PARKBENCH_TEST_RUN', 'local')}"
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Parkbench <noreply@testserver>"
SITE_URL = "http://testserver"
RATE_LIMITS_ENABLED = False
# Tests of the rule switch it on.
STAFF_NEED_SECOND_FACTOR = False
# Discussions work alone; the tests of moderation name its screen.
COMMENT_SCREENS = []
SAMPLED_PERCENT = 0.0
RULE_TIMES_PERCENT = 0.0
# The suite's own Redis is for the tests that say so: everywhere else two workers would share one cache, one queue and
# each other's limits.
REDIS_URL = ""
CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
OUTBOX_RUNNER = "inline"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
