"""Bans and addresses: seeing that somebody who is banned has come back under another spelling of the same address.

Only a keyed hash is kept, with the ban and for as long as it lasts. It is a hint for people: whoever it fits is read
before they are shown, and told so; nobody is shut out by it.
"""

from __future__ import annotations

from django.utils.crypto import salted_hmac

SALT = "moderation.evasion"
#: At these, dots in the part before the @ make no difference.
DOTLESS = {"gmail.com", "googlemail.com"}


def normal_address(address: str) -> str:
    """Return the address as its mailbox knows it: small letters, nothing after a plus, no dots that are ignored."""
    local, _at, domain = address.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def mark_of(address: str) -> str:
    """Return the keyed hash of the mailbox, in hexadecimal; empty for no address."""
    return salted_hmac(SALT, normal_address(address), algorithm="sha256").hexdigest() if address else ""
