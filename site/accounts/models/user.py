"""Members."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Permission, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.former import FORMER, member_name
from accounts.models.questions import ask_with_member, asked_with_member, may_be
from core.kept import kept, param

#: ASCII on purpose: two handles that look alike are alike.
HANDLE = r"[a-z0-9](?:[a-z0-9_.-]{1,28}[a-z0-9])"


class UserManager(BaseUserManager["User"]):
    """Creates members."""

    def create_user(self, email: str, username: str, password: str | None = None, **fields: object) -> User:
        """Save and return a member with a hashed `password` (None: no password log-in)."""
        # The whole address in small letters: log-in looks for exactly that, whatever a person types.
        user = self.model(email=email.lower(), username=username.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, username: str, password: str | None = None, **fields: object) -> User:
        """Save and return a member who may do everything in the admin."""
        return self.create_user(email, username, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get(self, *args: Any, **kwargs: Any) -> User:
        """Return the one member that fits, as any manager does; by its key, as each request asks, without composing.

        Raises `User.DoesNotExist` and `User.MultipleObjectsReturned`.
        """
        key = kwargs.get("pk")
        if args or self._db or len(kwargs) > 1 or not isinstance(key, int):
            return super().get(*args, **kwargs)
        return _by_key.get(key)

    def with_handle(self, handle: str) -> models.QuerySet[User]:
        """Return the member with this handle, however it is written, as a set of one or none. Uses the unique index."""
        # PostgreSQL refuses text with a NUL instead of not finding it.
        rows = self.none() if "\0" in handle else self.all()
        return rows.alias(handle=Lower("username")).filter(handle=handle.lower())


#: The order that this browser chose last. It goes before the preference, which takes its place when it is saved.
SORT_COOKIE = "pb_sort"


class SortOrder(models.TextChoices):
    """The orders in which a discussion can be read."""

    MOST_VOTED = "most-voted", _("Most Voted")
    NEWEST = "newest", _("Newest")
    OLDEST = "oldest", _("Oldest")


class MailFrequency(models.TextChoices):
    """How often somebody wants to be written to about comments."""

    IMMEDIATELY = "immediately", _("Immediately")
    HOURLY = "hourly", _("Once an hour")
    DAILY = "daily", _("Once a day")


class User(AbstractBaseUser, PermissionsMixin):
    """A member: logs in by e-mail, is mentioned by `username`, is shown as `name`."""

    username = models.CharField(
        _("handle"),
        max_length=30,
        validators=[RegexValidator(rf"^{HANDLE}\Z", _("3 to 30 of a–z, 0–9, dot, dash and underscore."))],
        help_text=_("Readers mention you with @handle."),
    )
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True, help_text=_("Shown beside your comments."))
    about = models.CharField(_("about"), max_length=280, blank=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    # Preferences live in this row: every page of a member needs them, and the session reads the row anyway.
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    sort_order = models.CharField(_("sort order"), max_length=12, choices=SortOrder.choices, blank=True)
    mail_on_reply = models.BooleanField(_("mail me when somebody replies to me"), default=True)
    mail_on_mention = models.BooleanField(_("mail me when somebody mentions me"), default=True)
    #: For replies and mentions, and what a new subscription begins with.
    mail_frequency = models.CharField(
        _("how often"), max_length=12, choices=MailFrequency, default=MailFrequency.IMMEDIATELY,
        db_default=MailFrequency.IMMEDIATELY,
    )  # fmt: skip
    #: In the member's time zone; mails about comments wait from the one to the other, over midnight too.
    quiet_from = models.TimeField(_("no mail from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["username"]

    is_guest = False

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="handle_is_taken", violation_error_message=_("Somebody else has this handle.")
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="address_has_one_account",
                violation_error_message=_("Somebody else has this address."),
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
                violation_error_message=_("Quiet hours need a beginning and an end."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        """Keep the address in small letters, as log-in looks for it."""
        super().clean()
        self.email = self.email.lower()

    @property
    def display_name(self) -> str:
        """Return the name that readers see."""
        return member_name(self.username, self.name)

    @property
    def is_former(self) -> bool:
        """Return whether this is what is left of somebody who was erased: a number that rows refer to."""
        return self.username.startswith(FORMER)

    @property
    def is_reachable(self) -> bool:
        """Return whether mail may go to the address: also while the account is closed and could be opened again."""
        from accounts.models.privacy import Erasure  # it refers to this class

        return self.is_active or Erasure.objects.filter(user=self, done_at=None).exists()

    @property
    def identity(self) -> str:
        """Return the key under which limits and form keys are counted."""
        return f"user:{self.pk}"

    def holds(self, permission: str) -> bool:
        """Return whether the active member was given `permission` (`app.codename`), alone or by a group.

        The same answer as `has_perm`, once per request for all of them: every page asks. One query for staff; that
        readers were given nothing is known with their row.
        """
        return self.is_active and (self.is_superuser or permission in self._held)

    @cached_property
    def is_ready_for_duty(self) -> bool:
        """Return whether the member could keep the house: active, with the second factor that the site asks of staff.

        One query, once per request, where a second factor is asked for.
        """
        # allauth's models need the registry of apps, which is not ready when this module is imported.
        from allauth.mfa.utils import is_mfa_enabled

        return self.is_active and (not settings.STAFF_NEED_SECOND_FACTOR or is_mfa_enabled(self))

    @cached_property
    def _held(self) -> frozenset[str]:
        if not may_be(self, "was_given"):
            return frozenset()
        return frozenset(f"{app}.{name}" for app, name in _given.rows(self.pk))

    def get_absolute_url(self) -> str:
        """Return the address of the profile."""
        # The page is made by the app that has the comments; a URL name is no import.
        return reverse("discussions:profile", args=[self.username])

    def get_full_name(self) -> str:
        """Return the name that readers see (Django's admin asks for it)."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the name that readers see (Django's admin asks for it)."""
        return self.display_name


@kept
def _by_key() -> models.QuerySet[User, Any]:
    return User.objects.filter(pk=param()).annotate(**asked_with_member())


def _was_given() -> models.Exists:
    """Ask whether the member has a permission or a group of their own."""
    ways = User.user_permissions.through, User.groups.through
    alone, by_group = (way.objects.filter(user=models.OuterRef("pk")).values("pk") for way in ways)
    return models.Exists(alone.union(by_group, all=True))


ask_with_member("was_given", _was_given)


@kept
def _given() -> models.QuerySet[Permission, Any]:
    rows = Permission.objects.filter(models.Q(user=param()) | models.Q(group__user=param())).order_by()
    return rows.values_list("content_type__app_label", "codename")
