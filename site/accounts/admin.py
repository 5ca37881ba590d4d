"""Members and guests in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import records_admin  # noqa: F401 — importing registers
from accounts.models import Guest, User

if TYPE_CHECKING:
    BaseUserAdmin = UserAdmin[User]
    GuestModelAdmin = admin.ModelAdmin[Guest]
    CreationForm = AdminUserCreationForm[User]
else:
    BaseUserAdmin = UserAdmin
    GuestModelAdmin = admin.ModelAdmin
    CreationForm = AdminUserCreationForm

#: Who may change these can make themselves anything, so only superusers do; other staff see them.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class MemberCreationForm(CreationForm):
    """A new member, with a password or without one."""

    class Meta:
        model = User
        fields = ("email", "username", "name")


@admin.register(User)
class MemberAdmin(BaseUserAdmin):
    """Members: found by handle, name or address."""

    add_form = MemberCreationForm
    list_display = ("username", "name", "email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups", "date_joined", "language")
    search_fields = ("username", "name", "email")
    ordering = ("-date_joined",)
    date_hierarchy = "date_joined"
    readonly_fields = ("date_joined", "last_login")
    # Counting everybody again for "17 of 90,000" makes every search slow.
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        (_("Shown to readers"), {"fields": ("name", "about")}),
        (_("Preferences"), {"fields": ("language", "time_zone", "sort_order", "mail_on_reply", "mail_on_mention")}),
        (_("Rights"), {"fields": ("is_active", *RIGHTS)}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "username", "name", "usable_password", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return what this member of staff may see and not change."""
        fields = tuple(str(field) for field in super().get_readonly_fields(request, obj))
        return fields if request.user.is_superuser else (*fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether this member of staff may change `obj`: a superuser's password is for superusers."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)


@admin.register(Guest)
class GuestAdmin(GuestModelAdmin):
    """Guests: found by name or address. What they wrote is under the comments."""

    list_display = ("name", "email", "email_confirmed_at", "claimed_by", "source", "created_at")
    list_filter = (
        ("email_confirmed_at", admin.EmptyFieldListFilter),
        ("claimed_by", admin.EmptyFieldListFilter),
        "source",
    )
    search_fields = ("name", "email")
    ordering = ("-created_at",)
    date_hierarchy = "created_at"
    show_full_result_count = False
    # An address that staff could type, or confirm, would make the comments claimable by whoever has that address.
    readonly_fields = (
        "email", "email_confirmed_at", "link_sent_at", "claimed_by", "source", "source_key", "created_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guest]:
        """Return the guests with who claimed them, in one query."""
        return super().get_queryset(request).select_related("claimed_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: guests come by commenting."""
        return False
