"""Comments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guest
from accounts.models.former import name_or_former
from accounts.participants import Participant
from discussions import tree
from discussions.models.article import Article
from discussions.models.passage import Passage


class Visibility(models.TextChoices):
    """What readers see of a comment."""

    HELD = "held", _("waiting for review")
    PUBLIC = "public", _("public")
    COLLAPSED = "collapsed", _("collapsed")
    REMOVED = "removed", _("removed")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: The text can be read by everybody (a collapsed one after a click), so it can be voted on and answered.
READABLE = (Visibility.PUBLIC, Visibility.COLLAPSED)


class PathField(models.BinaryField):  # type: ignore[type-arg]  # generic for the checker, not at run time
    """A `tree` path; psycopg and sqlite3 both hand back bytes or a view of them."""

    def from_db_value(self, value: bytes | memoryview | None, *args: object) -> bytes | None:
        """Return plain bytes."""
        return None if value is None else bytes(value)


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments, as pages need them."""

    def listed(self) -> Self:
        """Return those that take a place in the public tree, text or stub."""
        return self.filter(is_listed=True)

    def readable(self) -> Self:
        """Return those whose text everybody may read."""
        return self.filter(visibility__in=READABLE)

    def below(self, path: bytes) -> Self:
        """Return the whole branch under `path`, without its top."""
        return self.filter(path__gt=path, path__lt=tree.branch_end(path))

    def by(self, participant: Participant) -> Self:
        """Return what this member or guest wrote."""
        return self.filter(guest=participant) if isinstance(participant, Guest) else self.filter(author=participant)


class Comment(models.Model):
    """One comment. `parent` is the truth of the tree; `path`, `root` and `depth` derive from it and never change."""

    # Foreign keys without an index of their own are the first column of one in Meta.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="comments", db_index=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    root = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField(max_length=tree.MAX_DEPTH * tree.WIDTH, editable=False)
    depth = models.PositiveSmallIntegerField(editable=False, default=0)

    #: The words of the article that it is about. Only roots have one; replies show their root's.
    passage = models.ForeignKey(
        Passage, null=True, blank=True, on_delete=models.PROTECT, related_name="comments", db_index=False
    )

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="comments",
        db_index=False,
    )
    guest = models.ForeignKey(
        Guest, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments", db_index=False
    )
    #: The name at the time of writing: it stays when the account goes, and is empty when its person was erased.
    author_name = models.CharField(_("name"), max_length=60)

    class Format(models.TextChoices):
        """What `body` is written in."""

        MARKDOWN = "markdown", _("Markdown")
        HTML = "html", _("HTML of an import")

    body = models.TextField(_("text"))
    body_format = models.CharField(max_length=8, choices=Format, default=Format.MARKDOWN)
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(editable=False)
    #: BCP 47, empty when the detection was not certain.
    language = models.CharField(max_length=12, blank=True)
    revision = models.PositiveIntegerField(editable=False, default=1)
    #: The revision that a person of the house has read and published; None: nobody has.
    reviewed_revision = models.PositiveIntegerField(null=True, blank=True, editable=False)
    #: When a moderator gave it back to be changed; its author may edit it until they have, however late.
    returned_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    #: Why, in words for the author and, on a stub, for readers.
    visibility_reason = models.CharField(max_length=500, blank=True)
    visibility_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    visibility_at = models.DateTimeField(null=True, blank=True)
    #: When it first could be read by everybody. A removed comment that never was public leaves no stub.
    published_at = models.DateTimeField(null=True, blank=True)
    #: Takes a place in the public tree. Stored, because every page of every thread filters on it.
    is_listed = models.BooleanField(default=True)

    pinned_at = models.DateTimeField(null=True, blank=True)
    is_pinned = models.BooleanField(default=False)
    #: Nobody replies to it or to anything below it.
    is_locked = models.BooleanField(default=False)

    up_count = models.PositiveIntegerField(default=0, editable=False)
    down_count = models.PositiveIntegerField(default=0, editable=False)
    score = models.IntegerField(default=0, editable=False)
    #: Lower bound of the Wilson interval, in millionths: the tie-break among equal scores. See `discussions.ranking`.
    wilson = models.PositiveIntegerField(default=0, editable=False)
    #: Sums that an import brought without the voters; they are part of `up_count` and `down_count`.
    imported_up = models.PositiveIntegerField(default=0, editable=False)
    imported_down = models.PositiveIntegerField(default=0, editable=False)

    #: Listed direct replies, and on a root the listed comments of the whole branch.
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    branch_count = models.PositiveIntegerField(default=0, editable=False)
    share_count = models.PositiveIntegerField(default=0, editable=False)

    source = models.CharField(max_length=40, blank=True, editable=False)
    source_id = models.CharField(max_length=200, blank=True, editable=False)
    #: What an import knew and we have no column for.
    source_meta = models.JSONField(default=dict, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate", _("May hold, publish, remove, pin and lock"))]
        constraints = [
            models.UniqueConstraint(fields=["path"], name="comment_has_its_own_path"),
            models.CheckConstraint(
                condition=Q(author=None) | Q(guest=None), name="comment_is_by_a_member_or_by_a_guest"
            ),
            models.CheckConstraint(
                condition=Q(parent=None, root=None, depth=0) | Q(parent__isnull=False, root__isnull=False, depth__gt=0),
                name="comment_is_a_root_or_has_a_root",
            ),
            models.CheckConstraint(condition=Q(score=F("up_count") - F("down_count")), name="score_is_up_minus_down"),
            models.CheckConstraint(
                condition=Q(is_pinned=False, pinned_at=None) | Q(is_pinned=True, pinned_at__isnull=False, parent=None),
                name="only_roots_are_pinned",
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source=""), name="imported_comment_is_imported_once"
            ),
            models.CheckConstraint(condition=Q(passage=None) | Q(parent=None), name="only_roots_are_about_a_passage"),
        ]
        indexes = [
            models.Index(
                F("article"), F("is_pinned").desc(), F("score").desc(), F("wilson").desc(), F("id").desc(),
                condition=Q(parent=None, is_listed=True), name="roots_most_voted",
            ),
            models.Index(
                F("article"), F("is_pinned").desc(), F("created_at").desc(), F("id").desc(),
                condition=Q(parent=None, is_listed=True), name="roots_newest",
            ),
            models.Index(
                F("article"), F("is_pinned").desc(), F("created_at").asc(), F("id").asc(),
                condition=Q(parent=None, is_listed=True), name="roots_oldest",
            ),
            models.Index(fields=["root", "path"], condition=Q(is_listed=True), name="branch_in_reading_order"),
            models.Index(fields=["passage"], condition=Q(passage__isnull=False), name="comments_on_a_passage"),
            models.Index(fields=["article", "-created_at", "-id"], name="comments_of_an_article"),
            models.Index(fields=["author", "-created_at", "-id"], name="comments_of_a_member"),
            models.Index(fields=["guest", "-created_at", "-id"], name="comments_of_a_guest"),
            models.Index(fields=["visibility", "-created_at"], name="comments_by_visibility"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.shown_name} #{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the comment's own page."""
        return reverse("discussions:comment", args=[self.pk])

    @property
    def shown_name(self) -> str:
        """Return the name at the time of writing, or what stands in its place since the author was erased."""
        return name_or_former(self.author_name)

    @property
    def is_readable(self) -> bool:
        """Return whether everybody may read the text."""
        return self.visibility in READABLE

    @property
    def editable_until(self) -> datetime:
        """Return the end of the author's edit window."""
        return self.created_at + timedelta(minutes=settings.COMMENT_EDIT_WINDOW_MINUTES)

    @property
    def is_reviewed(self) -> bool:
        """Return whether a person of the house has published the text as it is now."""
        return self.reviewed_revision == self.revision

    #: Attributes that a page of a thread reads of the author; the rest of the row stays in the database.
    AUTHOR_FIELDS: ClassVar[tuple[str, ...]] = ("author__username", "author__name")

    def is_by(self, participant: Participant | None) -> bool:
        """Return whether this member or guest wrote the comment."""
        if participant is None:
            return False
        if isinstance(participant, Guest):
            return self.guest_id is not None and self.guest_id == participant.pk
        return self.author_id is not None and self.author_id == participant.pk
