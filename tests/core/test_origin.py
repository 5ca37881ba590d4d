"""Which forms are taken: those that one of our own pages has sent, by the browser's word or by a token."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from core.origin import is_own_origin
from discussions.models import Article, Comment
from tests.factories import make_admin, make_article, make_user

pytestmark = pytest.mark.django_db
OWN = "http://testserver"
FOREIGN = "https://evil.example"


@pytest.fixture
def article() -> Article:
    return make_article()


def post(client: Client, article: Article, **headers: str) -> int:
    data = {"body": "I walk there every morning.", "name": "Ada"}
    return client.post(f"{article.get_absolute_url()}comment/", data, headers=headers).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": OWN}, 303),
        ({"origin": OWN, "sec-fetch-site": "same-origin"}, 303),
        ({"origin": OWN, "sec-fetch-site": "same-site"}, 403),
        ({"origin": OWN, "sec-fetch-site": "cross-site"}, 403),
        ({"origin": FOREIGN}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        ({"referer": f"{OWN}/"}, 403),
        ({"origin": "http://sub.testserver"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"origin": "http://testserver:8000"}, 403),
        ({"origin": "https://testserver"}, 403),
        ({"origin": f"{OWN}/"}, 403),
        ({"origin": OWN.upper()}, 403),
        ({"origin": ""}, 403),
    ],
)
def test_a_visitors_form_needs_our_exact_origin(article: Article, headers: dict[str, str], status: int) -> None:
    assert post(Client(enforce_csrf_checks=True), article, **headers) == status
    assert Comment.objects.count() == (status == 303)


def test_a_trusted_origin_still_needs_the_token(settings: Settings, article: Article) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://partner.example"]
    assert post(Client(enforce_csrf_checks=True), article, origin="https://partner.example") == 403


@pytest.mark.parametrize(("proto", "origin", "is_own"), [
    ("https", "https://testserver", True),
    ("https", "http://testserver", False),
    ("http", "https://testserver", False),
])  # fmt: skip
def test_behind_a_proxy_the_scheme_is_the_readers(settings: Settings, proto: str, origin: str, is_own: bool) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().post("/", headers={"origin": origin, "x-forwarded-proto": proto, "host": "testserver"})
    assert is_own_origin(request) is is_own


def test_a_host_that_is_not_ours_vouches_for_nothing() -> None:
    request = RequestFactory().post("/", headers={"origin": "http://evil.example", "host": "evil.example"})
    assert not is_own_origin(request)


def test_a_browser_that_says_nothing_gets_its_form_back_with_a_token(article: Article) -> None:
    client = Client(enforce_csrf_checks=True)
    url = f"{article.get_absolute_url()}comment/"
    data = {"body": "My words stay.", "name": "Ada", "key": "", "parent": ""}
    response = client.post(url, data)
    page = response.content.decode()
    assert response.status_code == 403
    assert "My words stay." in page
    assert "Send it again" in page
    token = str(response.context["csrf_token"])
    assert client.post(url, {**data, "csrfmiddlewaretoken": token}).status_code == 303
    assert Comment.objects.get().body == "My words stay."


@pytest.mark.parametrize("headers", [{"origin": FOREIGN}, {"sec-fetch-site": "cross-site"}])
def test_what_another_site_filled_in_is_not_offered_to_be_sent(article: Article, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"{article.get_absolute_url()}comment/", {"body": "Buy this."}, headers=headers)
    assert response.status_code == 403
    assert "Send it again" not in response.content.decode()


def test_a_password_is_never_given_back() -> None:
    client = Client(enforce_csrf_checks=True)
    data = {"login": "a@example.org", "password": "hunter2hunter2", "password1": "hunter3hunter3"}
    page = client.post("/accounts/login/", data).content.decode()
    assert "a@example.org" in page
    assert "hunter" not in page


def test_pages_for_visitors_carry_no_token_and_set_no_cookie(article: Article) -> None:
    for path in (article.get_absolute_url(), "/", "/accounts/login/", f"{article.get_absolute_url()}comment/"):
        response = Client().get(path)
        assert not response.cookies, path
        assert "csrfmiddlewaretoken" not in response.content.decode()
        assert "X-CSRFToken" not in response.content.decode()


def test_people_with_a_session_keep_their_tokens(client: Client, article: Article) -> None:
    client.force_login(make_user())
    page = client.get(article.get_absolute_url()).content.decode()
    assert "csrfmiddlewaretoken" in page
    assert "X-CSRFToken" in page


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + _filled(str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from addresses(entry, path)


def _filled(pattern: str) -> str:
    pattern = re.sub(r"\(\?P<\w+>[^)]*\)", "1", pattern.strip("^").rstrip("$").replace(r"\Z", "").replace("\\", ""))
    return re.sub(r"<[^>]+>", "1", pattern)


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Stand in for our page of refusal, which takes a while to draw, hundreds of times."""
    return HttpResponse(status=403)


@pytest.fixture
def quiet(settings: Settings) -> Iterator[None]:
    """Let a refusal cost next to nothing: neither a page nor a line in the log is what the crawl is about."""
    settings.CSRF_FAILURE_VIEW = "tests.core.test_origin.refused"
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "structlog" not in each]
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("who", ["visitor", "admin"])
def test_row_35_no_unsafe_route_takes_what_another_site_sends(who: str) -> None:
    client = Client(enforce_csrf_checks=True)
    if who == "admin":
        client.force_login(make_admin(is_staff=True, is_superuser=True))
    paths = sorted(set(addresses()))
    assert len(paths) > 100
    # Django's admin has one way in for every method; ours are asked with another method besides, in turns.
    asked = [("post", path) for path in paths]
    asked += [
        (("put", "patch", "delete")[n % 3], path) for n, path in enumerate(paths) if not path.startswith("admin/")
    ]
    taken = {
        (method, path): getattr(client, method)(f"/{path}", headers={"origin": FOREIGN}).status_code
        for method, path in asked
    }
    # 404 and 405: there is nothing at the address that could change anything. Mail programs unsubscribe with one click
    # (RFC 8058): they have no cookie and no page, and the signed token, here a wrong one, is all that counts.
    assert taken.pop(("post", "subscriptions/unsubscribe/1/")) == 400
    assert {key: status for key, status in taken.items() if status not in (403, 404, 405)} == {}
    assert sum(status == 403 for status in taken.values()) > 100
