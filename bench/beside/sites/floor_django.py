"""Two floors of Django: `FLOOR=plain` (one query, no middleware, no template) and `FLOOR=orm` (what its tutorial does:
objects, a template, seven middlewares).
"""

from __future__ import annotations

import html
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.urls import path

HERE = Path(__file__).resolve().parent
IS_PLAIN = os.environ.get("FLOOR") == "plain"
SEVEN = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
settings.configure(
    SECRET_KEY="nothing here is secret, it is measured and thrown away",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    MIDDLEWARE=[] if IS_PLAIN else SEVEN,
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60,
            "NAME": os.environ["FLOOR_NAME"], "USER": os.environ["FLOOR_USER"], "HOST": "127.0.0.1",
            "PASSWORD": os.environ["FLOOR_PASSWORD"], "PORT": os.environ["FLOOR_PORT"],
        }
    },
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "templates"],
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)  # fmt: skip
django.setup()

from django.shortcuts import render  # needs the settings


class Author(models.Model):
    """Who wrote."""

    name = models.CharField(max_length=60)

    class Meta:
        app_label, db_table, managed = "floor", "author", False


class Comment(models.Model):
    """What was written."""

    article_id = models.IntegerField()
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    parent_id = models.BigIntegerField(null=True)
    html = models.TextField()
    created_at = models.DateTimeField()
    up = models.IntegerField()
    down = models.IntegerField()

    class Meta:
        app_label, db_table, managed = "floor", "comment", False


def plain(request, article, shown):
    """One query and string formatting."""
    from floor_asgi import PAGE, ROW

    with connection.cursor() as cursor:
        cursor.execute(PAGE, (article, shown))
        items = "".join(ROW.format(*row[:1], html.escape(row[1]), *row[2:]) for row in cursor.fetchall())
    return HttpResponse(f"<!doctype html><title>Talk</title><ol>{items}</ol>")


def orm(request, article, shown):
    """Objects with their authors, given to a template."""
    comments = Comment.objects.filter(article_id=article).select_related("author")
    comments = comments.order_by((models.F("up") - models.F("down")).desc(), "-id")[:shown]
    return render(request, "floor.html", {"comments": comments, "article": article})


def nothing(request, comment):
    """Stand in for the pages that links lead to."""
    return HttpResponse(str(comment))


urlpatterns = [
    path("<int:article>/<int:shown>", plain if IS_PLAIN else orm),
    path("comments/<int:comment>/", nothing, name="comment"),
    path("comments/<int:comment>/reply/", nothing, name="reply"),
    path("comments/<int:comment>/vote/", nothing, name="vote"),
]
application = get_wsgi_application()
