"""Security headers, on every kind of answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from core.headers import PERSONAL, PolicyMiddleware
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}

#: What is answered → how to get it, and its status.
ANSWERS: dict[str, tuple[Callable[[Client], Any], int]] = {
    "page": (lambda client: client.get("/"), 200),
    "article": (lambda client: client.get(make_article().get_absolute_url()), 200),
    "log-in": (lambda client: client.get("/accounts/login/"), 200),
    "redirect": (lambda client: client.get("/admin/"), 302),
    "feed": (lambda client: client.get(f"{make_article().get_absolute_url()}feed/"), 200),
    "json": (lambda client: client.get("/comments/counts.json?article=1"), 200),
    "not there": (lambda client: client.get("/nowhere/"), 404),
    "wrong method": (lambda client: client.delete("/"), 405),
    "without a token": (lambda client: Client(enforce_csrf_checks=True).post("/accounts/login/"), 403),
    "too large": (lambda client: client.post("/", b"x" * 300_000, content_type="text/plain"), 413),
    "wrong host": (lambda client: client.get("/", headers={"host": "evil.example"}), 400),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_them(client: Client, name: str) -> None:
    ask, status = ANSWERS[name]
    response = ask(client)
    assert response.status_code == status
    assert {header: response.get(header) for header in ALWAYS} == ALWAYS
    policy = response["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action"):
        assert part in policy
    assert "unsafe" not in policy
    assert "camera=()" in response["Permissions-Policy"]
    assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(response.headers)


def test_an_answer_may_want_a_policy_of_its_own(rf: RequestFactory) -> None:
    def stylish(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response._csp_update = {"style-src": ["https://styles.example"]}  # type: ignore[attr-defined]
        return response

    own: Any = PolicyMiddleware(stylish)(rf.get("/"))
    everybodys: Any = PolicyMiddleware(lambda _request: HttpResponse())(rf.get("/"))
    assert "style-src 'self' https://styles.example" in own["Content-Security-Policy"].split("; ")
    assert "style-src 'self'" in everybodys["Content-Security-Policy"].split("; ")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_machines_ask_has_what_concerns_them(client: Client, settings: Settings, path: str) -> None:
    settings.METRICS_ALLOWED_NETWORKS = ["127.0.0.1"]
    response = client.get(path)
    assert (response.status_code, response["X-Content-Type-Options"]) == (200, "nosniff")
    assert response["Cache-Control"] == "no-store"


def test_a_bug_has_them_too_and_says_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(request: object) -> HttpResponse:
        raise ZeroDivisionError("secret-of-the-house")

    monkeypatch.setattr("django.contrib.messages.middleware.MessageMiddleware.process_request", break_down)
    client.raise_request_exception = False
    response = client.get("/")
    assert (response.status_code, response["X-Content-Type-Options"]) == (500, "nosniff")
    assert "Content-Security-Policy" in response.headers
    assert b"secret-of-the-house" not in response.content


def test_a_static_file_has_them(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "probe.css").write_text("a{}")
    settings.STATIC_ROOT = tmp_path
    response = Client().get("/static/probe.css")
    assert (response.status_code, response.getvalue()) == (200, b"a{}")
    response.close()
    assert {header: response.get(header) for header in ALWAYS} == ALWAYS


def test_a_year_of_https_and_only_over_https(client: Client, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    assert client.get("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_what_a_member_sees_is_kept_by_nobody_else(client: Client) -> None:
    client.force_login(make_user())
    for path in ("/", make_article().get_absolute_url(), "/nowhere/"):
        assert "private" in client.get(path)["Cache-Control"], path


def test_a_view_that_says_how_long_it_may_be_kept_is_believed(client: Client) -> None:
    client.force_login(make_user())
    feed = client.get(f"{make_article().get_absolute_url()}feed/")
    assert "public" in feed["Cache-Control"]
    assert PERSONAL not in feed["Cache-Control"]
