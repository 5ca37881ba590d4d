"""What production cannot do without, said all at once: nobody likes to be told of one thing after the other."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config.settings.accounts import PROVIDERS

#: Variable → what it holds, for whoever has to set it.
REQUIRED = {
    "SECRET_KEY": "50 or more random characters, kept secret",
    "ALLOWED_HOSTS": "the site's host names, with commas",
    "SITE_URL": "the site's address, https://…",
    "EMAIL_URL": "the mail server, smtp+tls://user:password@host:587",
    "DEFAULT_FROM_EMAIL": "the sender of our mails",
}


def require(env: Env) -> None:
    """Raise `ImproperlyConfigured` naming every variable that is missing or empty, with what it should hold."""
    needed = dict(REQUIRED)
    for provider in PROVIDERS:
        if env.str(f"SOCIAL_{provider.upper()}_CLIENT_ID", ""):
            needed[f"SOCIAL_{provider.upper()}_SECRET"] = f"what {provider} gave with the client id"
    missing = [f"{name} ({what})" for name, what in needed.items() if not env.str(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(f"Parkbench does not start: set in the environment {'; '.join(missing)}.")
