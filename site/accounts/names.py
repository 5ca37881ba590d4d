"""What people may call themselves."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.confusables import skeleton
from accounts.models import User
from accounts.models.user import HANDLE
from core.text import clean_line

NAME_LENGTH = 60

#: Words that say "I keep this house", in the languages of the site. No part of a reader's name may be one.
ROLES = (
    "admin", "administrator", "administration", "mod", "moderator", "moderation", "moderators", "sysadmin", "webmaster",
    "administrador", "administradora", "administración", "moderador", "moderadora", "moderación",
    "مشرف", "المشرف", "مشرفة", "مدير", "المدير", "الإدارة",
)  # fmt: skip
#: Words that are refused as a whole name, and are fine inside one.
RESERVED = (
    "staff", "support", "help", "official", "editor", "editors", "team", "root", "system", "security", "abuse",
    "contact", "info", "noreply", "postmaster",
    "everyone", "all", "here", "guest", "anonymous", "deleted", "nobody", "null",
    "undefined", "me", "parkbench", "soporte", "equipo", "invitado", "anónimo", "oficial", "الدعم", "زائر", "مجهول",
)  # fmt: skip

_ROLE_SKELETONS = frozenset(map(skeleton, ROLES))
_RESERVED_SKELETONS = frozenset(map(skeleton, (*ROLES, *RESERVED)))
_PARTS = re.compile(r"[\s._\-–—·•|/\\()\[\]{}<>:;,'\"+*#@&]+")


def clean_handle(text: str, *, owner: User | None = None) -> str:
    """Return `text` as a handle: small ASCII letters, digits and `._-`, 3 to 30 of them, free, and nobody's look-alike.

    `owner` is the member who changes theirs. Raises `ValidationError` with the sentence that is shown.
    """
    handle = text.strip().removeprefix("@").lower()
    if not re.fullmatch(HANDLE, handle):
        raise ValidationError(
            _("A handle is 3 to 30 letters from a to z, digits, dots, dashes or underscores, like ann.lee or dan-7."),
            code="invalid",
        )
    check_impersonates_nobody(handle, owner=owner)
    taken = User.objects.with_handle(handle)
    if owner is not None:
        taken = taken.exclude(pk=owner.pk)
    if taken.exists():
        raise ValidationError(_("Somebody else has this handle. Please choose another one."), code="taken")
    return handle


def clean_name(text: str, *, owner: User | None = None) -> str:
    """Return `text` as a name to show beside comments, of a member (`owner`) or of a guest (None); may be empty.

    Raises `ValidationError` with the sentence that is shown when it can be taken for somebody who keeps the house.
    """
    name = clean_line(text, NAME_LENGTH)
    if text.strip() and not skeleton(name):
        raise ValidationError(_("Please give a name with letters in it."), code="invisible")
    check_impersonates_nobody(name, owner=owner)
    return name


def check_impersonates_nobody(name: str, *, owner: User | None = None) -> None:
    """Raise `ValidationError` when `name` looks like a role, a reserved word or the name of somebody with rights."""
    looks = skeleton(name)
    if not looks:
        return
    keepers = {pk: names for pk, *names in with_rights().values_list("pk", "username", "name")}
    keeps_the_house = owner is not None and keepers.pop(owner.pk, None) is not None
    if not keeps_the_house and _is_reserved(name, looks):
        raise ValidationError(
            _("This name is kept for the people who run this site. Please choose another one."), code="reserved"
        )
    if any(looks == skeleton(other) for names in keepers.values() for other in names):
        raise ValidationError(
            _("This name looks like the name of somebody who runs this site. Please choose another one."),
            code="look_alike",
        )


def _is_reserved(name: str, looks: str) -> bool:
    if looks in _RESERVED_SKELETONS or looks == skeleton(settings.SITE_NAME):
        return True
    # "Moderator 2" and "admin_7" are no better than "Moderator" and "admin".
    parts = (part.rstrip("0123456789") for part in _PARTS.split(name))
    return any(skeleton(part) in _ROLE_SKELETONS for part in parts if part)


def with_rights() -> QuerySet[User]:
    """Return everybody whom a right sets apart: staff, and members of a group or with a permission of their own."""
    return User.objects.filter(
        Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False) | Q(user_permissions__isnull=False)
    )
