"""Members as sign-up leaves them."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.models import EmailAddress
from django.core import mail

from accounts.models import User
from tests.factories import make_user

PASSWORD = "correct horse battery"


def make_member(username: str = "", **fields: Any) -> User:
    """Return a member with a password and a confirmed address."""
    user = make_user(username, password=PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def link_in(message: mail.EmailMessage) -> str:
    """Return the path of the link in a mail; it must be an address of the configured site."""
    found = re.search(r"http://testserver(/\S+)", str(message.body))
    assert found, message.body
    return found[1]
