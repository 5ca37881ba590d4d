"""The plug-in that has learned from this site's own decisions what spam looks like here."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from moderation.keys import key_for, mark_of_key
from moderation.models import SpamModel
from moderation.rules.facts import Facts
from moderation.scores.protocol import Reason, Signal
from moderation.spam.bayes import Learned
from moderation.spam.features import features_of

PURPOSE = "spam"
TOO_NEW = gettext_noop("too little of it was ever seen before")


class SpamScreen:
    """Says how likely a text is spam, and which words and features push most. One query, and another after a change."""

    name = "spam"
    label = _("Spam")

    def __init__(self) -> None:
        self._version = ""
        self._learned: Learned | None = None

    def prepare(self) -> None:
        """Find the version in use; one that was learned with another secret key cannot read."""
        row = SpamModel.objects.filter(is_in_use=True, key_mark=mark_of_key(PURPOSE)).values_list("pk", "n").first()
        if row is not None:
            self._learned, self._version = _learned(row[0]), str(row[1])

    def score(self, facts: Facts) -> Signal | None:
        """Return the probability; nothing before enough was decided, and not known of a text unlike all of that."""
        if self._learned is None:
            return None
        judged = self._learned.judge(features_of(facts, key_for(PURPOSE)))
        if judged.value is None:
            return Signal(self.name, None, (Reason(TOO_NEW),), version=self._version)
        spans = tuple(one.span for one in judged.because if one.span)
        return Signal(self.name, judged.value, tuple(one.reason for one in judged.because), spans, self._version)


@lru_cache(maxsize=2)
def _learned(pk: int) -> Learned:
    return SpamModel.objects.get(pk=pk).learned
