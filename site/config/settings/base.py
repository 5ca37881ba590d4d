"""Settings shared by every deployment; everything that differs comes from the environment."""

from __future__ import annotations

import logging
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from config.logging import logging_config
from config.settings.background import *

BASE_DIR = Path(__file__).resolve().parents[3]

env = Env()

INSTALLED_APPS = [
    "core",
    "accounts",
    "discussions",
    "moderation",
    "accounts.admin_site.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
    "django_htmx",
    "django_structlog",
    "template_partials",
]

MIDDLEWARE = [
    "core.logs.RequestIdMiddleware",
    # Headers first: a probe, a refusal of what comes later, and a static file carry them too.
    "core.headers.HeadersMiddleware",
    "core.metrics.middleware.MetricsMiddleware",
    "core.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.headers.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before everything that asks who somebody is: what it answers is the same for all who have no session.
    "discussions.views.live.BeforeSessions",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.origin.OriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.logs.RequestLogMiddleware",
    "accounts.middleware.ParticipantMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.ErrorsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
                "core.context_processors.token",
            ],
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASE_ROUTERS = ["core.database.ReplicaRouter"]

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")

# --- static files --------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
#: Without a second factor nobody moderates and nobody opens the admin, whatever rights they were given.
STAFF_NEED_SECOND_FACTOR = env.bool("STAFF_NEED_SECOND_FACTOR", True)
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# It looks for Django's own class by its name; `core.checks.forged_forms` looks for one that does its work.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
CSRF_FAILURE_VIEW = "core.views.csrf_failure"

#: Who wants to be forgotten can think better of it for so long.
ERASURE_GRACE_DAYS = env.int("ERASURE_GRACE_DAYS", 14)
#: What is derived from a reader's network address is forgotten after so many days.
NETWORK_DAYS = env.int("NETWORK_DAYS", 30)
#: The log of mails, inboxes and subscriptions that have ended are kept for so long.
MAIL_DAYS = env.int("MAIL_DAYS", 180)

# --- what a request may carry --------------------------------------------------------------------
MAX_BODY_BYTES = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- security headers ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
#: Proxies of ours between a reader and this process; only they are believed about addresses.
TRUSTED_PROXY_COUNT = 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- discussions ---------------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", "Parkbench")
COMMENT_SCREENS: list[str] = env.list(
    "COMMENT_SCREENS",
    [
        "moderation.screening.HouseScreen",
        "moderation.signal_screen.SignalsScreen",
        "moderation.rule_screen.RulesScreen",
    ],
)
#: Plug-ins that give a comment a number (`moderation.scores.protocol`), asked by the second of these.
COMMENT_SIGNALS: list[str] = env.list("COMMENT_SIGNALS", ["moderation.spam_screen.SpamScreen"])
#: Seconds that a plug-in may take, unless it says otherwise; after that, what it says is not known.
SIGNAL_SECONDS = env.float("SIGNAL_SECONDS", 0.25)
COMMENT_EDIT_WINDOW_MINUTES = env.int("COMMENT_EDIT_WINDOW_MINUTES", 15)
COMMENT_MAX_PINNED = 3
GUESTS_MAY_COMMENT = env.bool("GUESTS_MAY_COMMENT", True)
GUESTS_MAY_VOTE = env.bool("GUESTS_MAY_VOTE", False)
DOWNVOTES = env.bool("DOWNVOTES", True)
#: Where the live process listens, such as `/live/`: pages then open a stream. Empty: they ask from time to time.
LIVE_URL = env.str("LIVE_URL", "")
#: Open streams of one live process, and of one network in it: an office or a mobile provider shares a network.
LIVE_STREAMS = env.int("LIVE_STREAMS", 5000)
LIVE_STREAMS_PER_NETWORK = env.int("LIVE_STREAMS_PER_NETWORK", 200)
#: Seconds after which a cached first page is made anew though nothing was said: votes show so late. 0: no such cache.
PAGE_SECONDS = env.float("PAGE_SECONDS", 5.0)
#: What is deployed: two releases beside each other do not serve each other's pages.
RELEASE = env.str("RELEASE", "")
#: Mails about comments to one person in an hour; what is more waits, and comes as one.
COMMENT_MAILS_PER_HOUR = env.int("COMMENT_MAILS_PER_HOUR", 10)

# --- moderation ----------------------------------------------------------------------------------
#: Minutes in which each queue wants to be read. The order of a queue and the public promise follow from them.
QUEUE_TARGET_MINUTES = {
    "held": env.int("HELD_TARGET_MINUTES", 120),
    "reported": env.int("REPORTED_TARGET_MINUTES", 360),
    "sampled": env.int("SAMPLED_TARGET_MINUTES", 2880),
}
#: A decision can be undone for so long, and nobody is told before.
UNDO_SECONDS = env.int("UNDO_SECONDS", 60)
CASE_LEASE_MINUTES = 10
#: Of the comments that are published at once, how many in a hundred a moderator reads all the same.
SAMPLED_PERCENT = env.float("SAMPLED_PERCENT", 1.0)
#: How often a rule has to have been right on the history before it may hold, or hold as spam.
RULE_PRECISION_BARS = {
    "hold": env.float("RULE_PRECISION_HOLD", 0.9),
    "reject_spam": env.float("RULE_PRECISION_SPAM", 0.98),
}
#: The guideline under which spam is removed: from that, and from what is published, the spam screen learns.
SPAM_GUIDELINE = env.str("SPAM_GUIDELINE", "no-advertising")
#: Decisions of each kind that it needs before it says anything.
SPAM_FEWEST = env.int("SPAM_FEWEST", 50)
#: A branch that is hot stays so for this long after it was last seen so.
HEAT_MINUTES = env.int("HEAT_MINUTES", 30)
#: Fingerprints, by which a text is recognised when it comes again, are kept for so long.
FINGERPRINT_DAYS = env.int("FINGERPRINT_DAYS", 30)
#: Whether a second administrator has to sign a rule before it is live. Where there is no second one, a rule that was
#: watched for a day goes live without.
RULE_SECOND_SIGNER = env.bool("RULE_SECOND_SIGNER", True)
#: Of the comments that rules are asked about, how many in a hundred are timed, rule by rule.
RULE_TIMES_PERCENT = env.float("RULE_TIMES_PERCENT", 5.0)
#: Published comments, none removed, after which an author is trusted: holds of first comments pass them by.
TRUSTED_AFTER = env.int("TRUSTED_AFTER", 20)
APPEAL_WITHIN_DAYS = 183

# --- limits (core.limits names them) ---------------------------------------------------------------
RATE_LIMITS_ENABLED = True

# --- metrics: /metrics is a 404 for everybody else -----------------------------------------------
METRICS_ALLOWED_NETWORKS: list[str] = env.list("METRICS_ALLOWED_NETWORKS", [])
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")

# --- logs ----------------------------------------------------------------------------------------
# Readers' addresses are nobody's business, the log's neither.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# By then `core.logs.RequestIdMiddleware` has looked at it.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
# One line a request, when it is over: its view is known then.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
LOGGING = logging_config(as_json=False, level=env.str("LOG_LEVEL", "WARNING"))
