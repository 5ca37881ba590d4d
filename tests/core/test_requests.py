"""The network that a request came from."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from core.requests import client_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1::/48"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_only_the_network_is_kept(rf: RequestFactory, address: str, network: str) -> None:
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network


@pytest.mark.parametrize(
    ("hops", "header", "network"),
    [
        (0, "198.51.100.9", "192.0.2.0/24"),
        (1, "203.0.113.1, 198.51.100.9", "198.51.100.0/24"),
        (2, "203.0.113.1, 198.51.100.9", "203.0.113.0/24"),
        (3, "203.0.113.1, 198.51.100.9", "192.0.2.0/24"),
        (1, "not an address", "unknown"),
    ],
)
def test_a_forwarded_address_is_believed_as_far_as_our_own_proxies_go(
    rf: RequestFactory, settings: LazySettings, hops: int, header: str, network: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = hops
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": header})
    assert client_network(request) == network
