"""Whose network a comment came from, as the rules may know it: a keyed hash of a part of the address. Pure."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def hashed_network(network: str) -> str:
    """Return the keyed hash of a network as `core.requests.client_network` gives it; empty for an unknown one."""
    if network in ("", "unknown"):
        return ""
    return salted_hmac("moderation.rules.network", network).hexdigest()[:32]
