"""One laptop, no other service: what `make run` serves."""

from __future__ import annotations

import warnings

from config.settings.accounts import *
from config.settings.accounts import social_providers, with_form_targets
from config.settings.base import *
from config.settings.base import BASE_DIR, CONTENT_SECURITY_POLICY, INSTALLED_APPS, env
from config.settings.database import databases

DEBUG = True
# Pages for visitors have none on purpose (docs/adr/0009).
warnings.filterwarnings("ignore", message=r"A \{% csrf_token %\} was used in a template")
SECRET_KEY = env.str("SECRET_KEY", "insecure-demo-key-only-for-a-laptop")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", [])]
(BASE_DIR / "var").mkdir(exist_ok=True)
DATABASES = databases(env, BASE_DIR / "var" / "parkbench.sqlite3")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
DEFAULT_FROM_EMAIL = "Parkbench <noreply@localhost>"
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")
METRICS_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# The demo's moderators log in with the password that `make run` prints.
STAFF_NEED_SECOND_FACTOR = env.bool("STAFF_NEED_SECOND_FACTOR", False)

_apps, SOCIALACCOUNT_PROVIDERS = social_providers(env)
INSTALLED_APPS = [*INSTALLED_APPS, *_apps]
CONTENT_SECURITY_POLICY = with_form_targets(CONTENT_SECURITY_POLICY, SOCIALACCOUNT_PROVIDERS)
