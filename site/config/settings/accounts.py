"""django-allauth: how people sign up and log in. Social providers appear when their keys are in the environment."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from environs import Env

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.signup.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# A link, not a code: it can be opened days later and on another device. Sign-up by passkey needs the code: it is off.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False
# Mail scanners open links: only a button confirms.
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# Only in the browser that signed up; the link alone logs nobody in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Three minutes, the default, is less than some mail takes.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# One address per account; a new one counts once it is confirmed, and the old one is told.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_DISPLAY = "accounts.adapter.user_display"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True

#: Per network or member and by what was typed. Counted in the cache: `core.cache` says what happens without Redis.
ACCOUNT_RATE_LIMITS = {
    # A school shares an address; a list of stolen passwords is longer.
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    # Each of these sends a mail to an address that somebody typed.
    "reset_password": "20/m/ip,5/m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "confirm_email": "1/180s/key",
    "reset_password_from_key": "20/m/ip",
    "manage_email": "10/m/user",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

MFA_FORMS = {"add_webauthn": "accounts.passkeys.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parkbench"
# One step of 30 seconds either way, as RFC 6238 (5.2) allows for clocks that are off.
MFA_TOTP_TOLERANCE = 1

SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.signup.SocialSignupForm"}
# Everybody chooses handle and name, whatever the provider calls them.
SOCIALACCOUNT_AUTO_SIGNUP = False
# An address that a provider vouches for never logs anybody into an existing account by itself.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False

#: Provider → where its log-in page is, when that is always the same.
PROVIDERS = {
    "google": "https://accounts.google.com",
    "github": "https://github.com",
    "gitlab": "https://gitlab.com",
    "facebook": "https://www.facebook.com",
    "microsoft": "https://login.microsoftonline.com",
    "openid_connect": "",
}


def social_providers(env: Env) -> tuple[list[str], dict[str, Any]]:
    """Return (apps to install, `SOCIALACCOUNT_PROVIDERS`) for each provider with `SOCIAL_<NAME>_CLIENT_ID` set."""
    apps: list[str] = []
    providers: dict[str, Any] = {}
    for name in PROVIDERS:
        client_id = env.str(f"SOCIAL_{name.upper()}_CLIENT_ID", "")
        if not client_id:
            continue
        app: dict[str, Any] = {
            "client_id": client_id,
            "secret": env.str(f"SOCIAL_{name.upper()}_SECRET"),
            "settings": env.json(f"SOCIAL_{name.upper()}_SETTINGS", {}),
        }
        if name == "openid_connect":
            app |= {"provider_id": "sso", "name": env.str("SOCIAL_OPENID_CONNECT_NAME", "Single sign-on")}
        apps.append(f"allauth.socialaccount.providers.{name}")
        providers[name] = {"APPS": [app]}
    return apps, providers


def with_form_targets(csp: dict[str, Any], providers: dict[str, Any]) -> dict[str, Any]:
    """Return `CONTENT_SECURITY_POLICY` `csp` with the log-in pages of `providers` as places where a form may lead.

    Chromium checks `form-action` again on the redirect that answers "log in with …". Without providers nothing changes.
    """
    origins = [_origin(name, config["APPS"][0]["settings"]) for name, config in providers.items()]
    directives = csp["DIRECTIVES"]
    return {**csp, "DIRECTIVES": {**directives, "form-action": [*directives["form-action"], *filter(None, origins)]}}


def _origin(name: str, settings: dict[str, Any]) -> str:
    # A GitLab of one's own and every OpenID Connect server say in their settings where they are.
    url = next((settings[key] for key in ("server_url", f"{name}_url") if key in settings), PROVIDERS[name])
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
