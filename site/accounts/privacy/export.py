"""The copy of everything that is stored about a person: a ZIP of JSON files and a note that says what they are."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Export, Guest, User
from accounts.models.privacy import KEEP_EXPORT
from accounts.privacy import registry
from accounts.privacy.mails import mail_export_ready
from accounts.privacy.subject import Subject, locked, subject_of
from core.errors import Gone
from core.limits import check_limit
from core.outbox import handles, put

#: Up to here a copy is made in memory, above on a disk, unnamed.
IN_MEMORY = 4 * 1024 * 1024


def ask_for_export(person: User | Guest, *, language: str) -> Export:
    """Have a copy made in the background, and return its row; one that is being made already is that one.

    Raises `TooMany`.
    """
    with transaction.atomic():
        person = locked(person)
        if waiting := exports_of(person).filter(ready_at=None).first():
            return waiting
        check_limit("export", person.identity)
        export = Export(language=language)
        export.user, export.guest = (None, person) if isinstance(person, Guest) else (person, None)
        export.save(force_insert=True)
        put("accounts.export", export=str(export.pk))
    return export


def exports_of(person: User | Guest) -> QuerySet[Export]:
    """Return the copies that this person has asked for and that are kept, the newest first, without their content."""
    whose = {"guest": person} if isinstance(person, Guest) else {"user": person}
    kept = Export.objects.filter(asked_at__gt=timezone.now() - KEEP_EXPORT, **whose)
    return kept.defer("content").order_by("-asked_at")


def content_of(export: Export) -> bytes:
    """Return the file. Raises `Gone` for one that is too old, or not there yet."""
    if export.content is None or export.expires_at <= timezone.now():
        raise Gone(_("This copy of your data is no longer kept. You can ask for a new one."), code="expired")
    return bytes(export.content)


@handles("accounts.export")
def make_export(event: UUID, export: str) -> None:
    """Make the copy and say by mail that it is there. Run again, it only writes the mail again if that had failed."""
    row = Export.objects.defer("content").select_related("user", "guest").filter(pk=export).first()
    if row is None:
        return
    with translation.override(row.language or settings.LANGUAGE_CODE):
        if row.ready_at is None:
            row.content, row.ready_at = pack(subject_of(row.person)), timezone.now()
            row.save(update_fields=["content", "ready_at"])
        mail_export_ready(row)


def pack(subject: Subject) -> bytes:
    """Return the ZIP: a file for each part that an app has registered, and the note in the active language."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _readme())
            for name, function in registry.exporters.items():
                with archive.open(f"{name}.json", "w") as part:
                    _write(part, function(subject))
        file.seek(0)
        return file.read()


def _readme() -> str:
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "made_at": timezone.now()}
    return render_to_string("accounts/privacy/readme.txt", context)


def _write(part: IO[bytes], rows: dict[str, Any] | Iterable[dict[str, Any]]) -> None:
    """Write one document, or a list row by row: a history of any length takes the memory of one row."""
    if isinstance(rows, dict):
        part.write(_json(rows))
        return
    part.write(b"[")
    for n, row in enumerate(rows):
        part.write((b",\n" if n else b"\n") + _json(row))
    part.write(b"\n]\n")


def _json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
