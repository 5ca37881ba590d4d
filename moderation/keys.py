"""Secret keys for hashes that must not be tried out by who has the database alone. They follow from `SECRET_KEY`."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac


def key_for(purpose: str) -> bytes:
    """Return 32 bytes, always the same for a purpose and a `SECRET_KEY`."""
    return _key(purpose, settings.SECRET_KEY)


def mark_of_key(purpose: str) -> str:
    """Return 16 hexadecimal digits that say which key it is and give nothing of it away."""
    return _mark(key_for(purpose))


@lru_cache(maxsize=8)
def _mark(key: bytes) -> str:
    return salted_hmac("moderation.keys.mark", key.hex(), algorithm="sha256").hexdigest()[:16]


@lru_cache(maxsize=8)
def _key(purpose: str, secret: str) -> bytes:
    return salted_hmac(f"moderation.keys.{purpose}", "key", secret=secret, algorithm="sha256").digest()
