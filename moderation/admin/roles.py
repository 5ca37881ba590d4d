"""Giving and taking roles, on the page of the member and of the group; every change is written into the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import MemberAdmin
from accounts.models import User
from moderation import audit
from moderation.models import SectionModerator

# Django's classes take no type parameters at run time; their stubs want them.
if TYPE_CHECKING:
    TabularInline = admin.TabularInline[SectionModerator, User]
else:
    TabularInline = admin.TabularInline

#: Rights as the log keeps them: numbers and short words, never a name.
Rights = dict[str, Any]


class SectionInline(TabularInline):
    """The sections that a member keeps; only superusers give them, as all other rights."""

    model = SectionModerator
    fields = ("section",)
    extra = 0
    verbose_name_plural = _("sections that the member keeps")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this member of staff may give a section."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this member of staff may change a section."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this member of staff may take a section away."""
        return bool(request.user.is_superuser)


admin.site.unregister(User)


@admin.register(User)
class HouseMemberAdmin(MemberAdmin):
    """Members, with the sections they keep; a change of rights is logged in its own transaction."""

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the sections for who may give them; a member is there before they keep anything."""
        return [SectionInline] if obj is not None and request.user.is_superuser else []

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return what this member of staff may see and not change."""
        return (*super().get_readonly_fields(request, obj), "sections")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the boxes of the form; who cannot change sections sees them among the rights."""
        boxes = super().get_fieldsets(request, obj)
        if obj is None or request.user.is_superuser:
            return boxes
        return [*boxes, (_("Moderation"), {"fields": ("sections",)})]

    @admin.display(description=_("sections that the member keeps"))
    def sections(self, user: User) -> str:
        """Return the names of the sections."""
        rows = SectionModerator.objects.filter(user=user).select_related("section")
        return ", ".join(row.section.name for row in rows) or "–"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Note what the member had before anything is written."""
        form.rights_before = rights_of(User.objects.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write groups and sections, then what has changed into the log."""
        super().save_related(request, form, formsets, change)
        before, after = form.rights_before, rights_of(User.objects.get(pk=form.instance.pk))
        changed: Rights = {
            name: [before.get(name), value] for name, value in after.items() if value != before.get(name, _none(name))
        }
        if changed:
            audit.record("role.changed", by=_operator(request), subject=form.instance, **changed)


admin.site.unregister(Group)


@admin.register(Group)
class HouseGroupAdmin(GroupAdmin):
    """Groups: who may change one could make themselves anything, so only superusers do."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether this is a superuser."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this is a superuser."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether this is a superuser."""
        return bool(request.user.is_superuser)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the permissions, and that they have changed."""
        group = form.instance
        before = sorted(group.permissions.values_list("pk", flat=True))
        super().save_related(request, form, formsets, change)
        after = sorted(group.permissions.values_list("pk", flat=True))
        if before != after:
            audit.record("role.changed", by=_operator(request), group=group.pk, permissions=[before, after])

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        """Delete the group, and write that its members have lost what it gave."""
        with transaction.atomic():
            audit.record("role.changed", by=_operator(request), group=obj.pk, deleted=True)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete one by one, so that each is written down."""
        for group in queryset:
            self.delete_model(request, group)


def rights_of(user: User) -> Rights:
    """Return everything that makes a role: flags, groups, permissions of their own, sections."""
    return {
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "groups": sorted(user.groups.values_list("pk", flat=True)),
        "permissions": sorted(user.user_permissions.values_list("pk", flat=True)),
        "sections": sorted(SectionModerator.objects.filter(user=user).values_list("section_id", flat=True)),
    }


def _none(name: str) -> Any:
    """Return what a new member has of this right."""
    return name == "is_active" if name.startswith("is_") else []


def _operator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
