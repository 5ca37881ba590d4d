"""The plug-in that has learned from this site's own decisions what spam looks like here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.kept import kept, param
from moderation.keys import key_for, mark_of_key
from moderation.models import SpamModel
from moderation.rules.facts import Facts
from moderation.scores.protocol import Reason, Signal
from moderation.spam.bayes import Learned
from moderation.spam.features import features_of

PURPOSE = "spam"
#: Seconds for which a process believes that the same version is in use.
REMEMBERED = 1
_KEY = "spam-model-in-use"
TOO_NEW = gettext_noop("too little of it was ever seen before")


class SpamScreen:
    """Says how likely a text is spam, and which words and features push most. One query a second, if so often asked."""

    name = "spam"
    label = _("Spam")
    is_quick = True

    def __init__(self) -> None:
        self._version = ""
        self._learned: Learned | None = None

    def prepare(self) -> None:
        """Find the version in use; one that was learned with another secret key cannot read."""
        if version := _in_use(mark_of_key(PURPOSE)):
            pk, n = version
            self._learned, self._version = _learned(pk), str(n)

    def score(self, facts: Facts) -> Signal | None:
        """Return the probability; nothing before enough was decided, and not known of a text unlike all of that."""
        if self._learned is None:
            return None
        judged = self._learned.judge(features_of(facts, key_for(PURPOSE)))
        if judged.value is None:
            return Signal(self.name, None, (Reason(TOO_NEW),), version=self._version)
        spans = tuple(one.span for one in judged.because if one.span)
        return Signal(self.name, judged.value, tuple(one.reason for one in judged.because), spans, self._version)


def forget_spam_model() -> None:
    """Let this process ask again which version is in use."""
    caches["process"].delete(_KEY)


def _in_use(mark: str) -> tuple[int, int] | None:
    """Return key and number of the version in use, None without one."""
    cache = caches["process"]
    known: tuple[str, tuple[int, int] | None] | None = cache.get(_KEY)
    if known is None or known[0] != mark:
        row = _version.row(mark)
        known = (mark, (row[0], row[1]) if row else None)
        cache.set(_KEY, known, REMEMBERED)
    return known[1]


@kept
def _version() -> QuerySet[SpamModel, Any]:
    return SpamModel.objects.filter(is_in_use=True, key_mark=param()).order_by().values_list("pk", "n")[:1]


@lru_cache(maxsize=2)
def _learned(pk: int) -> Learned:
    return SpamModel.objects.get(pk=pk).learned
