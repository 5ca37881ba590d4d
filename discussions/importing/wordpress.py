"""Imports the discussions of a WordPress export, article by article, each in a transaction of its own.

Every comment goes in once, by source and id; running the same file again adds what is new. What is here stays as it is
here: texts, names, visibility and pins of an earlier run are never overwritten, because moderators and authors may have
changed them. Only the vote sums of the old site, which nobody changes here, follow the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction
from django.utils import timezone

from discussions.actions.follow import follow_or_queue
from discussions.actions.rows import locked_article
from discussions.importing.articles import article_key, find_article, free_slug, new_article
from discussions.importing.passages import FORM_ID, UNKNOWN, marks_by_form, passages_by_form
from discussions.importing.placing import Found, Plan, find, make_plan
from discussions.importing.rejects import Rejects
from discussions.importing.report import Report
from discussions.importing.streams import BrokenExportError
from discussions.importing.wordpress_rules import Entry, Reject, Skip, read_entry, render_entry, why_no_article
from discussions.importing.writing import write_plan
from discussions.importing.wxr import BadRow, WxrComment, WxrItem, WxrReader
from discussions.models import Article

SOURCE_LENGTH = 40


def source_of(address: str) -> str:
    """Return the name of the source for a site's address: two sites use the same ids, so each needs its own."""
    parts = urlsplit(address)
    site = f"{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
    name = f"wordpress:{site}" if site else "wordpress"
    return name if len(name) <= SOURCE_LENGTH else f"{name[:31]}:{sha256(site.encode()).hexdigest()[:8]}"


class WordPressImport:
    """One run over one file."""

    def __init__(
        self,
        reader: WxrReader,
        rejects: Rejects,
        *,
        source: str = "",
        creates_articles: bool = True,
        dry_run: bool = False,
        passages_in_order: bool = False,
        feedback_forms: Mapping[str, str] | None = None,
        now: datetime | None = None,
    ) -> None:
        """Take what to read and where bad rows go. Without `source` it is named after the exported site.

        `creates_articles` False imports only comments of articles that are here. A dry run reads and reports only.
        `passages_in_order`: where an article has several passages, their rows were made in the order of its text.
        `feedback_forms` are the ids of shortcodes by the numbers of their rows, where the owner has dumped the table.
        """
        self.report = Report()
        self.source = source
        self._reader = reader
        self._rejects = rejects
        self._creates = creates_articles
        self._dry_run = dry_run
        self._in_order = passages_in_order
        self._forms = feedback_forms
        self._now = now or timezone.now()
        #: In a dry run: ids that would be written by now, which a real run would find in the database.
        self._pretended: set[str] = set()

    def run(self, progress: Callable[[Report], None] = lambda report: None) -> Report:
        """Import everything that can be read and return the report; `progress` is called after every article."""
        try:
            for item in self._reader:
                self.source = self.source or source_of(self._reader.address)
                self._item(item)
                progress(self.report)
        except BrokenExportError as error:
            self.report.broken = str(error)
        self.report.repaired += self._reader.repairs
        return self.report

    def _item(self, item: WxrItem) -> None:
        why_not = why_no_article(item)
        article = None if why_not else find_article(item, self.source)
        if not why_not and article is None and not self._creates:
            why_not = "no such article here"
        if why_not:
            self.report.articles[f"skipped: {why_not}"] += 1
            self.report.skip("their article is not imported", len(item.comments) + len(item.bad_rows))
            return
        key = article_key(item)
        if not key:
            self._reject_all(
                item, {row.id for row in item.comments}, "its article has neither id nor address nor title"
            )
            return
        ids = {one for row in item.comments for one in (row.id, row.parent) if one}
        found = find(ids, article=article, key=key, source=self.source)
        found.taken |= self._pretended & ids
        entries, absent = self._entries(item, found)
        plan = make_plan(entries, absent, found, article=article, key=key)
        try:
            self._write(plan, item, article)
        except DatabaseError as error:
            new = {placed.entry.id for placed in plan.placed}
            self._reject_all(item, new, f"the database refused its article: {error}"[:500])
            return
        self._count(plan, is_new=article is None)

    def _entries(self, item: WxrItem, found: Found) -> tuple[list[Entry], dict[str, str]]:
        """Return what is here or can be written, and the ids of the rest with their parents."""
        entries: dict[str, Entry] = {}
        absent: dict[str, str] = {}
        for row in item.bad_rows:
            self._reject(row)
            absent[row.source_id] = row.parent
        seen: dict[str, WxrComment] = {}
        for comment in item.comments:
            twin = seen.setdefault(comment.id, comment)
            if twin is not comment:
                self._duplicate(comment, twin)
                continue
            try:
                entry = read_entry(comment, self.report.repaired, now=self._now)
                if comment.id not in found.here:
                    render_entry(entry)
                entries[comment.id] = entry
            except Skip as reason:
                self.report.skip(str(reason))
                absent[comment.id] = comment.parent
            except Reject as reason:
                self._reject(BadRow(comment.id, str(reason), raw_of(comment), comment.parent))
                absent[comment.id] = comment.parent
        return list(entries.values()), absent

    def _duplicate(self, comment: WxrComment, twin: WxrComment) -> None:
        if comment == twin:
            self.report.skip("twice in the file")
        else:
            self._reject(BadRow(comment.id, "another comment of the article has the same id", raw_of(comment)))

    def _write(self, plan: Plan, item: WxrItem, article: Article | None) -> None:
        marks = self._marks(plan, item)
        if self._dry_run:
            self._pretended.update(placed.source_id for placed in plan.placed)
            return
        # The text is rendered before the transaction begins: nobody waits for that.
        target = article or new_article(item, self.source, language=self._reader.language)
        with transaction.atomic():
            if article is None:
                target.slug = free_slug(item)
                target.save(force_insert=True)
                follow_or_queue(target)
            elif plan.placed or plan.votes:
                locked_article(article.pk)
                self._adopt(article, item)
            write_plan(plan, target, self.source, passages_by_form(target, marks))

    def _marks(self, plan: Plan, item: WxrItem) -> dict[str, str]:
        named = [placed.entry.meta.get(FORM_ID, "") for placed in plan.placed if not placed.parent]
        forms = [form for form in named if form]
        marks = marks_by_form(item.content, set(forms), in_order=self._in_order, dumped=self._forms)
        self.report.repaired[UNKNOWN] += sum(form not in marks for form in forms)
        return marks

    def _adopt(self, article: Article, item: WxrItem) -> None:
        """Remember which item an article of this site is, so that a later run finds it under whatever address."""
        if not article.source:
            Article.objects.filter(pk=article.pk).update(source=self.source, source_id=article_key(item))

    def _reject_all(self, item: WxrItem, ids: set[str], reason: str) -> None:
        self.report.articles["rejected"] += 1
        for comment in item.comments:
            if comment.id in ids:
                self._reject(BadRow(comment.id, reason, raw_of(comment), comment.parent))

    def _reject(self, row: BadRow) -> None:
        self.report.reject(row.reason.partition(":")[0])
        self._rejects.add(row)

    def _count(self, plan: Plan, *, is_new: bool) -> None:
        self.report.articles["created" if is_new else "found"] += 1
        self.report.comments += Counter(
            {
                "imported": len(plan.placed),
                "already here": plan.already - len(plan.votes),
                "updated: votes": len(plan.votes),
            }
        )
        self.report.repaired += plan.repairs
        self.report.repaired["comments that readers see otherwise there were left as they are here"] += plan.differing


def raw_of(comment: WxrComment) -> dict[str, str]:
    """Return the comment's fields as text, under the names of the export, for the rejects file."""
    return {
        "comment_id": comment.id,
        "comment_parent": comment.parent,
        "comment_author": comment.author_name,
        "comment_author_email": comment.author_email,
        "comment_author_url": comment.author_url,
        "comment_user_id": comment.user_id,
        "comment_date_gmt": f"{comment.posted_at:%Y-%m-%d %H:%M:%S}",
        "comment_content": comment.content,
        "comment_approved": comment.approved,
        "comment_type": comment.type,
        **comment.meta,
    }
