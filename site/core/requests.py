"""What we know of the network a request came from."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

#: Parts of addresses that let in whoever has them, by their names in the URLconfs of ours and of allauth.
SECRETS = ("token", "key", "uidb36", "signed")


def path_to_log(request: HttpRequest) -> str:
    """Return the path without its secrets, and without the query: what was searched for is nobody's business."""
    path = request.path
    for name, value in (request.resolver_match.kwargs if request.resolver_match else {}).items():
        if name in SECRETS:
            path = path.replace(str(value), f"<{name}>")
    return path


def client_network(request: HttpRequest) -> str:
    """Return the sender's network, `/24` for IPv4 and `/48` for IPv6, as text: never the whole address."""
    ip = client_address(request)
    return "unknown" if ip is None else str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the sender's address, to compare and never to keep; None when it is none.

    `X-Forwarded-For` is believed only for the last `TRUSTED_PROXY_COUNT` hops, since anybody can send that header.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = getattr(settings, "TRUSTED_PROXY_COUNT", 0)
    # Our proxy always says for whom it asks: a request without the header came straight to us.
    if hops and "HTTP_X_FORWARDED_FOR" in request.META:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(forwarded) >= hops:
            address = forwarded[-hops]
    try:
        return ip_address(address)
    except ValueError:
        return None
