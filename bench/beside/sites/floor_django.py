"""Two floors of Django: `FLOOR=plain` (one query, no middleware, no template) and `FLOOR=orm` (what its tutorial does:
objects, a template, seven middlewares, members who log in).

Run as a program it makes the tables of members and sessions, and prints the key of a session of each.
"""

from __future__ import annotations

import html
import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpResponse, JsonResponse
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

# They need the settings.
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.shortcuts import render
from django.utils import timezone


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


class Vote(models.Model):
    """A vote up."""

    pk = models.CompositePrimaryKey("comment_id", "author_id")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)

    class Meta:
        app_label, db_table, managed = "floor", "vote", False


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


def write(request):
    """A comment of a member: one row, nothing looked at, nobody told."""
    with transaction.atomic():
        comment = Comment.objects.create(
            article_id=1000, author_id=request.user.pk, parent_id=request.POST.get("parent"), created_at=timezone.now(),
            html=f"<p>{html.escape(request.POST['text'])}</p>", up=0, down=0,
        )  # fmt: skip
    return JsonResponse({"id": comment.pk}, status=201)


def vote(request):
    """A vote of a member, once."""
    with transaction.atomic():
        comment = Comment.objects.get(pk=request.POST["comment"])
        _row, is_new = Vote.objects.get_or_create(comment=comment, author_id=request.user.pk)
        if is_new:
            Comment.objects.filter(pk=comment.pk).update(up=models.F("up") + 1)
    return JsonResponse({"added": int(is_new)}, status=201)


def nothing(request, comment):
    """Stand in for the pages that links lead to."""
    return HttpResponse(str(comment))


urlpatterns = [
    path("<int:article>/<int:shown>", plain if IS_PLAIN else orm),
    path("comment", write),
    path("vote", vote),
    path("comments/<int:comment>/", nothing, name="comment"),
    path("comments/<int:comment>/reply/", nothing, name="reply"),
    path("comments/<int:comment>/vote/", nothing, name="vote"),
]
application = get_wsgi_application()


def enrol(how_many):
    """Make the tables and so many members, numbered as the authors are; return the keys of their sessions."""
    call_command("migrate", verbosity=0)
    keys = []
    for n in range(how_many):
        user = User.objects.create(pk=n + 1, username=f"reader{n}")
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.create()
        keys.append(session.session_key)
    return keys


if __name__ == "__main__":
    print(json.dumps(enrol(int(sys.argv[1]))))
