"""Other sites' accounts: switched on by the environment alone, and never a way into an existing account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialApp
from django.conf import settings as django_settings
from django.test import Client
from environs import Env

from config.settings.accounts import PROVIDERS, social_providers, with_form_targets

CSP = {"DIRECTIVES": {"form-action": ["'self'"], "img-src": ["'self'"]}}

PAGE = """
import django, json
django.setup()
from django.test import Client
from django.urls import reverse
client = Client()
page = client.get("/accounts/login/", headers={"host": "localhost"})
step = client.get(reverse("github_login"), headers={"host": "localhost"})
there = client.post(reverse("github_login"), headers={"host": "localhost"})
print(json.dumps([page.content.decode(), page["Content-Security-Policy"], step.status_code, there["Location"]]))
"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return the environment, without the providers of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("SOCIAL_"):
            monkeypatch.delenv(name)
    return monkeypatch


def test_nothing_is_on_by_itself(environment: pytest.MonkeyPatch) -> None:
    assert social_providers(Env()) == ([], {})
    assert with_form_targets(CSP, {}) == CSP


def test_a_provider_is_on_when_its_key_is_there(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SOCIAL_GITHUB_CLIENT_ID", "abc")
    environment.setenv("SOCIAL_GITHUB_SECRET", "xyz")
    apps, providers = social_providers(Env())
    assert apps == ["allauth.socialaccount.providers.github"]
    assert providers == {"github": {"APPS": [{"client_id": "abc", "secret": "xyz", "settings": {}}]}}


def test_a_key_without_its_secret_stops_the_start(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SOCIAL_GITHUB_CLIENT_ID", "abc")
    with pytest.raises(Exception, match="SOCIAL_GITHUB_SECRET"):
        social_providers(Env())


def test_single_sign_on(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SOCIAL_OPENID_CONNECT_CLIENT_ID", "abc")
    environment.setenv("SOCIAL_OPENID_CONNECT_SECRET", "xyz")
    environment.setenv("SOCIAL_OPENID_CONNECT_NAME", "The newsroom")
    environment.setenv("SOCIAL_OPENID_CONNECT_SETTINGS", json.dumps({"server_url": "https://id.example.org/realm"}))
    _apps, providers = social_providers(Env())
    app = providers["openid_connect"]["APPS"][0]
    assert (app["provider_id"], app["name"]) == ("sso", "The newsroom")
    policy = with_form_targets(CSP, providers)["DIRECTIVES"]
    assert policy["form-action"] == ["'self'", "https://id.example.org"]
    assert policy["img-src"] == ["'self'"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_that_is_offered_exists(name: str) -> None:
    package = Path(sys.modules["allauth"].__path__[0]) / "socialaccount" / "providers" / name
    assert (package / "provider.py").is_file()


def test_no_account_opens_because_of_an_address() -> None:
    assert django_settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION is False
    assert django_settings.SOCIALACCOUNT_AUTO_SIGNUP is False
    assert django_settings.SOCIALACCOUNT_LOGIN_ON_GET is False


@pytest.mark.django_db
def test_a_row_in_the_admin_switches_nothing_on(client: Client) -> None:
    SocialApp.objects.create(provider="github", name="GitHub", client_id="abc", secret="xyz")
    assert "github" not in client.get("/accounts/login/").content.decode()


def test_the_whole_way_with_a_provider_on(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "SOCIAL_GITHUB_CLIENT_ID": "abc",
        "SOCIAL_GITHUB_SECRET": "xyz",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'social.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PYTHONPATH": f"{django_settings.BASE_DIR}:{django_settings.BASE_DIR / 'site'}",
    }
    env = {**os.environ, **values}
    migrate = [sys.executable, "-m", "django", "migrate", "-v0"]
    subprocess.run(migrate, env=env, check=True, cwd=tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", PAGE], env=env, check=True, cwd=tmp_path, capture_output=True, text=True
    )
    page, policy, status, there = json.loads(done.stdout)
    assert 'href="/accounts/github/login/' in page
    assert "form-action 'self' https://github.com;" in policy + ";"
    # A page with a button, not a jump: another site's link logs nobody in.
    assert status == 200
    assert there.startswith("https://github.com/login/oauth/authorize?")
