"""Looks for traces of a person wherever this site keeps something: every column of every table, caches, files."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache


def traces(*marks: str) -> list[str]:
    """Return where one of `marks` (a name, a handle, an address; any case) is found, as `table.column pk` or a path."""
    wanted = [mark.lower() for mark in marks]
    return [
        place
        for source in (_rows(), _sessions(), _caches(), _files())
        for place, text in source
        if any(mark in text.lower() for mark in wanted)
    ]


def _rows() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.concrete_fields]
        for values in model._default_manager.order_by("pk").values_list("pk", *names):
            for name, value in zip(names, values[1:], strict=True):
                yield f"{model._meta.db_table}.{name} {values[0]}", as_text(value)


def as_text(value: Any) -> str:
    """Return everything readable in `value`; compressed bytes are opened."""
    if isinstance(value, (bytes, memoryview)):
        plain = bytes(value)
        with suppress(zlib.error):
            plain = zlib.decompress(plain)
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(plain)) as archive:
            plain = b"".join(archive.read(name) for name in archive.namelist())
        return plain.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _sessions() -> Iterator[tuple[str, str]]:
    """What a session holds is compressed in its column."""
    for session in Session.objects.all():
        yield f"session {session.pk}", as_text(session.get_decoded())


def _caches() -> Iterator[tuple[str, str]]:
    for alias in caches:
        cache = caches[alias]
        assert isinstance(cache, LocMemCache), "the scan has to learn to read another cache"
        for key, value in cache._cache.items():  # type: ignore[attr-defined]
            yield f"cache {alias} {key}", f"{key} {as_text(pickle.loads(value))}"


def _files() -> Iterator[tuple[str, str]]:
    """Whatever the site itself writes to a disk: uploads and mail kept as files. None of it in production."""
    for folder in (settings.MEDIA_ROOT, getattr(settings, "EMAIL_FILE_PATH", None)):
        if folder:
            for path in Path(folder).rglob("*"):
                if path.is_file():
                    yield str(path), path.read_text(errors="replace")
