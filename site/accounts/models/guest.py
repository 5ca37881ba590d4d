"""People who comment without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.former import name_or_former


class Guest(models.Model):
    """Somebody who wrote under a name, in one browser or in one imported site.

    Two guests are never merged because they have the same name or no address. A confirmed address lets the same person
    come back from another browser, and take the comments along at sign-up (`claimed_by`).
    """

    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    email_confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    link_sent_at = models.DateTimeField(_("link sent"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("claimed by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("first came"), default=timezone.now)
    #: Where an imported guest comes from, e.g. `wordpress` and `user:12`; both empty for guests of this site.
    source = models.CharField(max_length=40, blank=True)
    source_key = models.CharField(max_length=200, blank=True)

    is_guest = True

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~models.Q(source=""), name="imported_guest_is_imported_once"
            )
        ]
        indexes = [models.Index(fields=["email"], condition=~models.Q(email=""), name="guest_by_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """Return the name that readers see."""
        return name_or_former(self.name)

    @property
    def is_former(self) -> bool:
        """Return whether this is what is left of somebody who was erased."""
        return not self.name

    @property
    def identity(self) -> str:
        """Return the key under which limits and form keys are counted."""
        return f"guest:{self.pk}"
