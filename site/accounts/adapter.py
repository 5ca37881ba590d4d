"""How django-allauth behaves on this site."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.guests import claimable_by, guest_of
from accounts.models import User
from accounts.names import clean_handle
from accounts.privacy.erase import pending, reopen
from core.answers import stays_here
from core.errors import Conflict, Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SiteName:
    """What mails call the site."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's account adapter, with our handles, our address in mails, and `next` kept to pages of this site."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the handle. `shallow` asks for no look-up, which costs us nothing to make all the same."""
        return clean_handle(username)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Save who signed up. Raises `Conflict` when handle or address was taken after the form had been checked."""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise Conflict(
                _("Somebody took this handle a moment ago. Please go back and choose another one.")
            ) from error
        return saved

    def is_safe_url(self, url: str) -> bool:
        """Return whether `next` leads to a page of this site: only paths do, never an address with a host in it."""
        return stays_here(url)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Let in who has closed the account and comes back in time, up to the second factor if there is one."""
        if not user.is_active and pending(user):
            return None
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in; whoever comes back in time takes the wish to be forgotten back, and is told so."""
        if not user.is_active and reopen(user):
            messages.success(request, _("Welcome back. Your account is open again, and nothing will be erased."))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Offer what was written as a guest to who comes in from that browser, or has signed up with that address."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        offers = bool(claimable_by(request)) if kwargs.get("signup") else guest_of(request) is not None
        if offers and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{reverse('accounts:guest-claim')}?{urlencode({'next': response.url})}")
        return response

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link to confirm an address; it leads on to the page that sign-up was asked from."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        wanted = get_next_redirect_url(request)
        return f"{url}?next={quote(wanted)}" if wanted else url

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's mails. Raises `Unavailable` in words when the mail server does not take it.

        Links begin with the configured address, for the Host header of a request can be made up.
        """
        context = {key: _on_this_site(value) if key.endswith("_url") else value for key, value in context.items()}
        context["current_site"] = SiteName(settings.SITE_NAME, urlsplit(settings.SITE_URL).netloc)
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            log.exception("mail not sent", extra={"template": template_prefix})
            raise Unavailable(_("We cannot send mail at the moment. Please try again in a few minutes.")) from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell a member of a change to the account. The change is made already, so it stands without the mail, too."""
        with suppress(Unavailable):
            super().send_notification_mail(*args, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's adapter for other sites' accounts: the environment switches providers on, not rows in the admin."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers of the settings, or the one with this `provider` (or provider id) and `client_id`."""
        providers = cast("dict[str, Any]", settings.SOCIALACCOUNT_PROVIDERS)
        apps = [SocialApp(provider=name, **config) for name, entry in providers.items() for config in entry["APPS"]]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        ]


def user_display(user: User) -> str:
    """Return the name that allauth's pages and mails use."""
    return user.display_name


def _on_this_site(url: str) -> str:
    ours, theirs = urlsplit(settings.SITE_URL), urlsplit(url)
    return urlunsplit((ours.scheme, ours.netloc, theirs.path, theirs.query, theirs.fragment))
