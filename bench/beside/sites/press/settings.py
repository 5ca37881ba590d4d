"""Settings of the paper: the documentation's, with the REST API paged by 50 and voting switched on."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
SECRET_KEY = "nothing here is secret, it is measured and thrown away"
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
SITE_ID = 1
USE_TZ = True
ROOT_URLCONF = "press.urls"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django.contrib.sites", "press", "django_comments_xtd", "django_comments", "rest_framework",
]  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE.parent / "templates"],
    "APP_DIRS": True, "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]  # fmt: skip
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60,
        "NAME": os.environ["FLOOR_NAME"], "USER": os.environ["FLOOR_USER"], "HOST": "127.0.0.1",
        "PASSWORD": os.environ["FLOOR_PASSWORD"], "PORT": os.environ["FLOOR_PORT"],
    }
}  # fmt: skip
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
REST_FRAMEWORK = {
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination", "PAGE_SIZE": 50,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}  # fmt: skip
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_CONFIRM_EMAIL = False
COMMENTS_XTD_MAX_THREAD_LEVEL = 12
COMMENTS_XTD_APP_MODEL_OPTIONS = {
    "default": {"who_can_post": "all", "allow_flagging": True, "allow_feedback": True, "show_feedback": False}
}
