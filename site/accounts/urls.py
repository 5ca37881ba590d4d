"""Addresses of `accounts`. Signing up and logging in are at allauth's."""

from __future__ import annotations

from django.urls import path

from accounts.views import guest, privacy
from accounts.views.inbox import inbox, inbox_read
from accounts.views.preferences import mail_again, preferences

app_name = "accounts"
urlpatterns = [
    path("preferences/", preferences, name="preferences"),
    path("preferences/mail-again/", mail_again, name="mail-again"),
    path("notifications/", inbox, name="inbox"),
    path("notifications/read/", inbox_read, name="inbox-read"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/export/", privacy.export_ask, name="export-ask"),
    path("privacy/export/<uuid:export_id>/", privacy.export, name="export"),
    path("privacy/erase/", privacy.erase, name="erase"),
    path("privacy/reopen/<str:token>/", privacy.reopen_account, name="reopen"),
    path("guest/", guest.guest_home, name="guest-home"),
    path("guest/link/", guest.guest_link, name="guest-link"),
    path("guest/forget/", guest.guest_forget, name="guest-forget"),
    path("guest/claim/", guest.guest_claim, name="guest-claim"),
    path("guest/<str:token>/", guest.guest, name="guest"),
]
