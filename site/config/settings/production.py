"""A real site behind a reverse proxy with TLS. It refuses to start when a secret or an address is missing."""

from __future__ import annotations

from config.logging import logging_config
from config.settings.accounts import *
from config.settings.accounts import social_providers, with_form_targets
from config.settings.base import *
from config.settings.base import BASE_DIR, CONTENT_SECURITY_POLICY, INSTALLED_APPS, env
from config.settings.database import databases
from config.settings.required import require

require(env)

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
DATABASES = databases(env, BASE_DIR / "var" / "parkbench.sqlite3")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", False)
# Off only where nobody else can listen: on one machine, to try things out.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", True)
if SESSION_COOKIE_SECURE:
    # A browser takes a cookie of such a name from this host over https alone, and from no subdomain.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

#: As many as `deploy/gunicorn.conf.py` starts when it is told nothing.
WEB_PROCESSES = env.int("WEB_WORKERS", 2)

TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

LOGGING = logging_config(as_json=True, level=env.str("LOG_LEVEL", "INFO"))

email = env.dj_email_url("EMAIL_URL")
EMAIL_BACKEND = email["EMAIL_BACKEND"].replace("django.core.mail.backends.smtp", "core.mail")
EMAIL_HOST = email["EMAIL_HOST"]
EMAIL_PORT = email["EMAIL_PORT"]
EMAIL_HOST_USER = email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.storage.StaticFilesStorage"},
}

_apps, SOCIALACCOUNT_PROVIDERS = social_providers(env)
INSTALLED_APPS = [*INSTALLED_APPS, *_apps]
CONTENT_SECURITY_POLICY = with_form_targets(CONTENT_SECURITY_POLICY, SOCIALACCOUNT_PROVIDERS)
