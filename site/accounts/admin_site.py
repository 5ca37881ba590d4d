"""The Django admin, with the second factor that staff need."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse

from accounts.duty import SecondFactorMissing


class HouseAdminSite(AdminSite):
    """Django's admin for members who may open it and are ready for duty."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether this member may open the admin: staff, with the second factor where the site asks for one."""
        return super().has_permission(request) and bool(getattr(request.user, "is_ready_for_duty", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form; raise `SecondFactorMissing` to staff who are logged in already and lack only that."""
        if super().has_permission(request) and not self.has_permission(request):
            raise SecondFactorMissing
        return super().login(request, extra_context)


class HouseAdminConfig(AdminConfig):
    """`django.contrib.admin`, with our site as the default one."""

    default_site = "accounts.admin_site.HouseAdminSite"
