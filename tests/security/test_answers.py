"""Abuse cases 36, 37, 41 to 44, 51, 52, 61, 62, 64, 65 and 67: what the site says, to whom, and where it leads."""

from __future__ import annotations

import email
import email.policy
import logging
import socket
import time
import uuid
from datetime import timedelta
from unittest import mock
from urllib.parse import quote, urljoin, urlsplit

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.links import make_token
from core.answers import stays_here
from core.outbox import drain
from discussions.actions.post import post_comment
from discussions.models import Article, Comment
from tests.accounts.people import PASSWORD, make_member
from tests.factories import make_article, make_guest, make_user
from tests.moderation.stage import Stage, fingerprints
from tests.security.crawl import crawl

AWAY = [
    "http://evil.example", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example",
    " //evil.example", "http:evil.example", "http:/evil.example", "https:///evil.example", "javascript:alert(1)",
    "java\tscript:alert(1)", "data:text/html,x", "//evil.example@testserver", "http://testserver@evil.example",
    "//evil.example\\@testserver", "/\x00/evil.example", "//evil%E3%80%82example", "/／evil.example",
    "〱evil.example", "//[::1]", "//1.1", "/..//evil.example", "ftp://evil.example", "mailto:a@evil.example",
    "?next=//evil.example", "", ".", "evil.example", "/%09/evil.example", "/%5cevil.example",
    "/%2f%2fevil.example", "https:evil.example", "//evil.example/%2e%2e", "/;@evil.example",
]  # fmt: skip


def _leads_away(url: str) -> bool:
    """Return whether a browser that is sent to `url` leaves: it drops tabs and line breaks and takes \\ for /."""
    plain = url.strip().translate({9: None, 10: None, 13: None}).replace("\\", "/")
    target = urlsplit(urljoin("http://testserver/here/", plain))
    return (target.scheme, target.netloc) != ("http", "testserver")


@pytest.mark.parametrize("url", AWAY)
def test_row_42_no_redirect_leads_away(url: str) -> None:
    assert not (stays_here(url) and _leads_away(url))


@pytest.mark.django_db
@pytest.mark.parametrize("url", AWAY)
def test_row_42_logging_in_leads_nowhere_else(url: str) -> None:
    cache.clear()  # the tries before this one
    make_member("ann", email="ann@example.org")
    client = Client()
    answer = client.post(
        f"/accounts/login/?next={quote(url)}", {"login": "ann@example.org", "password": PASSWORD, "next": url}
    )
    assert answer.status_code == 302
    assert not _leads_away(answer["Location"])


def test_row_36_a_get_changes_nothing_for_a_link_scanner(stage: Stage) -> None:
    """As `test_no_get_changes_anything`, with the headers of a prefetch, which browsers and mail scanners send."""
    stage.browser("moderator")  # logging in is noted
    before = fingerprints()
    list(crawl(stage, "moderator", Purpose="prefetch", **{"Sec-Purpose": "prefetch", "X-Moz": "prefetch"}))
    assert fingerprints() == before


def test_row_37_no_page_stands_in_a_frame(stage: Stage) -> None:
    for answer in crawl(stage, "visitor", "moderator"):
        assert answer.response["X-Frame-Options"] == "DENY", str(answer)
        assert "frame-ancestors 'none'" in answer.response["Content-Security-Policy"], str(answer)


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://testserver.evil.example"])
def test_row_41_no_other_origin_may_read(stage: Stage, origin: str) -> None:
    for answer in crawl(stage, "visitor", Origin=origin):
        assert not [name for name in answer.response.headers if name.lower().startswith("access-control-")], str(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["evil.example", "testserver@evil.example", "testserver:80@evil", "", "a b", "x" * 300]
)
def test_row_43_a_host_that_is_not_ours_is_refused(host: str) -> None:
    for path in ("/", "/accounts/password/reset/"):
        assert Client().get(path, headers={"Host": host}).status_code == 400


@pytest.mark.django_db
def test_row_43_a_forwarded_host_is_not_believed() -> None:
    ann = make_member("ann")
    client = Client(
        headers={"X-Forwarded-Host": "evil.example", "X-Original-Host": "evil.example", "Forwarded": "host=evil"}
    )
    client.post("/accounts/password/reset/", {"email": ann.email})
    assert "http://testserver/" in str(mail.outbox[0].body)
    assert "evil" not in mail.outbox[0].message().as_string()


INJECTIONS = [
    "a@example.org\r\nBcc: b@example.org", "a@example.org\nBcc: b@example.org", "a@example.org%0d%0aBcc: b@example.org",
    "a@example.org, b@example.org", "a@example.org;b@example.org", '"a\r\nBcc: b"@example.org', "a@example.org>",
    "<a@example.org>", "a@example.org\x00", "a@b@example.org", "a@example.org\u2028Bcc:b", "a@exa\rmple.org",
    "=?utf-8?q?a?= <b@example.org>", "a@example.org -OQueueDirectory=/tmp", "a@[127.0.0.1\r\n]",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", INJECTIONS)
def test_row_44_no_header_comes_from_an_address(address: str) -> None:
    article, client = make_article(), Client()
    words = {"body": "Words.", "key": str(uuid.uuid4()), "name": "Ann", "email": address}
    client.post(f"/articles/{article.slug}/comment/", words)
    client.post("/accounts/password/reset/", {"email": address})
    client.post("/accounts/signup/", {"email": address, "username": "ann", "password1": PASSWORD})
    drain()
    for message in mail.outbox:
        assert "\n" not in message.to[0]
        parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
        assert parsed["Bcc"] is None
        assert len(parsed["To"].addresses) == 1


def test_row_44_no_header_comes_from_a_title_or_a_name(stage: Stage) -> None:
    Article.objects.update(title="Lights\r\nBcc: b@example.org\r\n\r\nBody")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        drain()
    assert mail.outbox
    for message in mail.outbox:
        parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.strict)
        assert parsed["Bcc"] is None


@pytest.mark.django_db
def test_row_52_a_wrong_password_costs_what_an_unknown_address_costs() -> None:
    """The time goes into hashing the password: both hash once. To compare the work itself cannot fail by chance."""
    make_member("ann", email="ann@example.org")
    counts = []
    for address in ("ann@example.org", "nobody@example.org"):
        with mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as hashed:
            answer = Client().post("/accounts/login/", {"login": address, "password": "wrong"})
        counts.append((answer.status_code, hashed.call_count))
    assert counts[0] == counts[1]
    assert counts[0][1] > 0


def test_row_61_what_is_ones_own_is_neither_sniffed_nor_kept(stage: Stage) -> None:
    """`nosniff` everywhere; JSON is an object; pages of one's own are not stored by anybody in between."""
    own = ("accounts:privacy", "accounts:erase", "accounts:preferences", "accounts:guest-home", "accounts:export")
    for answer in crawl(stage, "author"):
        assert answer.response["X-Content-Type-Options"] == "nosniff", str(answer)
        if answer.kind == "application/json":
            assert answer.body.lstrip().startswith("{"), str(answer)
        if answer.name in own:
            assert "private" in answer.response["Cache-Control"], str(answer)
            assert "no-store" in answer.response["Cache-Control"], str(answer)


INSIDE = [
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]:6379/", "http://localhost:5432/",
    "http://0x7f000001/", "http://2130706433/", "https://evil.example/redirect?to=http://10.0.0.1/", "gopher://127.0.0.1/",
]  # fmt: skip


@pytest.mark.django_db
def test_row_62_no_link_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail(f"somebody connected to {args}")

    article, ann = make_article(), make_user("ann")
    for link in INSIDE:
        with monkeypatch.context() as guarded:
            guarded.setattr(socket, "getaddrinfo", refuse)
            post_comment(article=article, by=ann, body=f"See {link} and [this]({link})", key=uuid.uuid4())
            drain()
    assert Comment.objects.count() == len(INSIDE)


@pytest.mark.django_db
def test_row_64_what_was_typed_forges_no_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Client().get("/people/x%0aERROR%20forged%1b[31m/")
    assert [record for record in caplog.records if "\n" in record.getMessage() or "\x1b" in record.getMessage()] == []


@pytest.mark.django_db
def test_row_65_an_error_of_ours_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        secret = "hunter2"  # noqa: F841 — a debug page would show it
        raise RuntimeError("xqx-internal-words")

    monkeypatch.setattr("discussions.views.home.render", fail)
    answer = Client(raise_request_exception=False).get("/")
    body = answer.content.decode()
    assert answer.status_code == 500
    assert [
        word for word in ("xqx", "hunter2", "Traceback", "SECRET", "RuntimeError", "site-packages") if word in body
    ] == []


@pytest.mark.django_db
def test_row_67_clocks_that_differ_by_an_hour() -> None:
    """A link made by a machine whose clock is fast works; one that is older than its time does not, by any clock."""
    gus = make_guest("Gus", email="gus@example.org")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        early = make_token(gus)
    assert Client().get(f"/guest/{early}/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, hours=2)):
        assert Client().get(f"/guest/{early}/").status_code == 410


@pytest.mark.django_db
def test_row_67_a_comment_of_a_fast_clock_is_shown_all_the_same() -> None:
    article, ann = make_article(), make_user("ann")
    with time_machine.travel(time.time() + 3600):
        post_comment(article=article, by=ann, body="From the future.", key=uuid.uuid4())
    post_comment(article=article, by=ann, body="From now.", key=uuid.uuid4())
    page = Client().get(f"{article.get_absolute_url()}?sort=newest").content.decode()
    assert "From the future." in page
    assert "From now." in page
