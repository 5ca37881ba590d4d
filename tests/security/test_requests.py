"""Abuse cases 13, 16, 17, 18 and 20 to 23: requests that no page of ours makes."""

from __future__ import annotations

import json
import re
import socket
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from discussions.models import Comment
from tests.accounts.people import make_member
from tests.factories import make_article, make_comment, make_user
from tests.moderation.stage import Stage, undone
from tests.moderation.test_matrix import MATRIX
from tests.security.crawl import crawl

FORM = "application/x-www-form-urlencoded"
#: Every field that a form of ours has; each request sends all of them.
FIELDS = sorted(
    {key for row in MATRIX.values() for key in row.data}
    | {
        "about", "action", "case", "cause", "days", "decision", "email", "explanation", "guideline", "guests",
        "insists", "internal_note", "is_sincere", "language", "leaning", "lock_version", "mode", "name", "next", "note",
        "outcome", "parent", "place", "reason", "revision", "seconds", "sort", "sort_order", "span", "state", "texts",
        "time_zone", "until", "value", "version", "why",
    }
)  # fmt: skip
#: Bytes of a form's value: NUL, lone surrogates, noncharacters, cut UTF-8, marks of direction.
BYTES = {
    "nul": "a%00b", "surrogate": "a%ED%A0%80b", "noncharacter": "%EF%BF%BE", "cut": "a%C3", "latin": "%FF%FE",
    "bidi": "%E2%80%AE%E2%81%A6", "control": "%1B%5B31m%0D%0A",
}  # fmt: skip
#: What a value is when it is not what the field wants.
ODD = {
    "true": "true", "list": "[]", "object": '{"$ne": 1}', "exponent": "1e9", "minus": "-1", "huge": "9" * 40,
    "nan": "NaN", "empty": "", "arabic digits": "١٢", "null": "null", "long": "x" * 3000,
}  # fmt: skip
SQL = ["'", "1' OR '1'='1", "1;SELECT pg_sleep(9)--", '") UNION SELECT password FROM accounts_user--', "%", "\\", "$1"]
LEAKS = [
    "author__password__startswith",
    "password",
    "author__email__contains",
    "_connector",
    "user__sessions",
    "pk__in",
]
PARAMETERS = (
    "after", "days", "edit", "next", "page", "quote", "sort", "step", "article", "slug", "url", "queue", "section",
    "author", "guideline", "language", "age", "since", "until", "name", "order", "q", "kind", "what", "comment",
)  # fmt: skip


def _post_everywhere(stage: Stage, role: str, values: list[str]) -> list[str]:
    """POST `values` (quoted already) in turns in every field to every address; return what went wrong on our side."""
    client, found = stage.browser(role, raise_request_exception=False), []
    body = "&".join(f"{name}={values[n % len(values)]}" for n, name in enumerate(FIELDS))
    for name in MATRIX:
        with undone():
            response = client.post(stage.url(name), body, content_type=FORM)
        if response.status_code >= 500:
            found.append(f"{name}: {response.status_code}")
    return found


@pytest.mark.parametrize(
    "values", [["a%00b"], [*BYTES.values()], [*reversed(BYTES.values())]], ids=["nul", "all", "turned"]
)
def test_row_13_broken_text_is_refused_or_mended(stage: Stage, values: list[str]) -> None:
    assert _post_everywhere(stage, "admin", values) == []


@pytest.mark.django_db
@pytest.mark.parametrize("value", BYTES.values(), ids=BYTES)
def test_row_13_broken_text_in_addresses(value: str) -> None:
    client = Client(raise_request_exception=False)
    paths = [f"/people/{value}/", f"/articles/{value}/", f"/guest/{value}/", f"/notices/{value}/", f"/?page={value}"]
    assert [path for path in paths if client.get(path).status_code >= 500] == []


@pytest.mark.parametrize("shift", range(3))
def test_row_23_values_of_another_type(stage: Stage, shift: int) -> None:
    values = [quote(value) for value in ODD.values()]
    assert _post_everywhere(stage, "admin", values[4 * shift :] + values[: 4 * shift]) == []


@pytest.mark.parametrize(
    "body",
    [
        "[" * 50_000, '{"a":' * 20_000, "[NaN, Infinity]", '{"body":"a","body":"b"}', "1e999999", "nul", '"\\ud800"',
        "9" * 100_000, '{"__proto__":{}}', "",
    ],
    ids=range(10),
)  # fmt: skip
@pytest.mark.django_db
def test_row_16_json_of_any_shape_is_no_form(body: str) -> None:
    """No address reads JSON: a form is missing its fields, whatever the JSON says, and nothing is written."""
    article = make_article()
    client = Client(raise_request_exception=False)
    for path in (f"/articles/{article.slug}/comment/", "/comments/preview/", "/accounts/login/", "/preferences/"):
        answer = client.post(path, body, content_type="application/json")
        assert answer.status_code < 500, path
    assert not Comment.objects.exists()


BOUNDARY = "xqx"


def _multipart(parts: str) -> bytes:
    return parts.replace("\n", "\r\n").encode()


BOMBS = {
    "many fields": "".join(f'--xqx\nContent-Disposition: form-data; name="f{n}"\n\n1\n' for n in range(3000))
    + "--xqx--\n",
    "many files": "".join(
        f'--xqx\nContent-Disposition: form-data; name="f{n}"; filename="a"\n\n1\n' for n in range(1000)
    )
    + "--xqx--\n",
    "wrong boundary": '--other\nContent-Disposition: form-data; name="body"\n\nx\n--other--\n',
    "no end": '--xqx\nContent-Disposition: form-data; name="body"\n\nx',
    "base64 of blanks": '--xqx\nContent-Disposition: form-data; name="body"\nContent-Transfer-Encoding: base64\n\n'
    + " " * 200_000
    + "\n--xqx--\n",
    "broken base64": '--xqx\nContent-Disposition: form-data; name="body"\n'
    "Content-Transfer-Encoding: base64\n\n!\n--xqx--\n",
    "huge header": f'--xqx\nContent-Disposition: form-data; name="{"n" * 100_000}"\n\nx\n--xqx--\n',
    "no name": "--xqx\nContent-Disposition: form-data\n\nx\n--xqx--\n",
}


@pytest.mark.django_db
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_row_17_multipart_bombs(bomb: str) -> None:
    article = make_article()
    client = Client(raise_request_exception=False)
    for path in (f"/articles/{article.slug}/comment/", "/accounts/login/"):
        answer = client.post(path, _multipart(bomb), content_type=f"multipart/form-data; boundary={BOUNDARY}")
        assert 400 <= answer.status_code < 500 or answer.status_code == 200, (path, answer.status_code)
    assert not Comment.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 300, "x", ""])
def test_row_17_content_types_that_are_none(content_type: str) -> None:
    answer = Client(raise_request_exception=False).post("/comments/preview/", b"body=x", content_type=content_type)
    assert answer.status_code < 500


@pytest.mark.django_db(transaction=True)
def test_row_18_fifty_megabytes_are_refused_before_they_are_read(live_server: LiveServer) -> None:
    """The answer comes after the headers: not a byte of the body has been sent."""
    parts = urlsplit(live_server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as wire:
        head = (
            "POST /comments/preview/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )
        wire.sendall(f"{head}Content-Length: {50 * 1024 * 1024}\r\n\r\n".encode())
        assert b" 413 " in wire.recv(4096).split(b"\r\n")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["262145", "99999999999999999999"])
def test_row_18_the_declared_length_decides(length: str) -> None:
    answer = Client().post("/comments/preview/", b"body=x", content_type=FORM, CONTENT_LENGTH=length)
    assert answer.status_code == 413


@pytest.mark.parametrize("shift", range(2))
def test_row_20_no_parameter_reaches_sql(stage: Stage, shift: int) -> None:
    values = [quote(SQL[(n + shift) % len(SQL)]) for n in range(len(PARAMETERS))]
    query = "?" + "&".join(f"{name}={value}" for name, value in zip(PARAMETERS, values, strict=True))
    answers = crawl(stage, "admin", query=query)
    assert [str(answer) for answer in answers if answer.response.status_code >= 500] == []


def test_row_21_no_parameter_is_a_look_up(stage: Stage) -> None:
    """A filter that is not on the list changes nothing: the page is the same, byte for byte, as with another value."""
    found = []
    queries = ["?" + "&".join(f"{name}={value}" for name in LEAKS) for value in ("pbkdf2", "xqx")]
    with time_machine.travel(timezone.now(), tick=False):
        plain, other = (list(crawl(stage, "admin", query=query)) for query in queries)
    for one, two in zip(plain, other, strict=True):
        if one.response.status_code >= 500 or _without_tokens(one.body, "pbkdf2") != _without_tokens(two.body, "xqx"):
            found.append(str(one))
    assert found == []


def _without_tokens(body: str, value: str) -> str:
    """Return the page without what is new each time: tokens, keys of forms and nonces."""
    plain = re.sub(r'"[A-Za-z0-9]{64}"|"[0-9a-f-]{36}"|nonce="[^"]*"', "", body)
    return plain.replace(value, "VALUE")


@pytest.mark.django_db
def test_row_22_a_comment_takes_no_more_than_its_words() -> None:
    client, ann, bo, article = Client(), make_member("ann"), make_user("bo"), make_article()
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    extra = {
        "author": bo.pk, "author_id": bo.pk, "guest": 1, "score": 99, "up_count": 99, "is_pinned": "on",
        "visibility": "public", "reviewed_revision": 1, "created_at": "2001-01-01", "source": "x", "html": "<b>x",
        "author_name": "Boss", "is_locked": 1, "path": "x", "depth": 9, "is_listed": "", "renderer_version": 1,
    }  # fmt: skip
    client.post(f"/articles/{article.slug}/comment/", {"body": "Words.", "key": uuid.uuid4(), **extra})
    made = Comment.objects.get()
    assert (made.author, made.score, made.is_pinned, made.reviewed_revision, made.source) == (ann, 0, False, None, "")
    assert (made.author_name, made.html, made.created_at.year) == ("ann", "<p>Words.</p>\n", made.created_at.year)
    assert made.created_at.year != 2001


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/preferences/", "/accounts/signup/"])
def test_row_22_nobody_gives_themselves_rights(url: str) -> None:
    client = Client()
    rights: dict[str, Any] = {
        "is_staff": "on", "is_superuser": "on", "is_active": "", "groups": "1", "user_permissions": "1", "id": "1",
        "password": "x", "date_joined": "2001-01-01", "last_login": "2001-01-01",
    }  # fmt: skip
    who = {"email": "new@example.org", "username": "newcomer", "password1": "correct horse battery", "name": "New"}
    if url == "/preferences/":
        ann = make_member("ann")
        client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    client.post(url, {**who, **rights})
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert not user.groups.exists()
    assert user.date_joined.year != 2001
    if url == "/preferences/":
        assert (user.username, user.email) == ("ann", ann.email)


def test_row_25_no_vote_reaches_what_is_not_there(stage: Stage) -> None:
    client = stage.browser("reader")
    for visibility in ("held", "removed", "withdrawn"):
        comment = make_comment(visibility=visibility, is_listed=False, published_at=None)
        assert client.post(f"/comments/{comment.pk}/vote/", {"value": 1}).status_code in (403, 404)
    assert json.dumps(list(Comment.objects.exclude(up_count=0))) == "[]"
