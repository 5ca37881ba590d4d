"""Teaching the spam screen, and choosing which of its versions is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core import outbox
from moderation import access, audit
from moderation.keys import key_for, mark_of_key
from moderation.models import SpamModel
from moderation.queries.spam_history import DecidedText, fine_decisions, ids_of, spam_decisions, texts_of
from moderation.spam.bayes import Learned, Learner, best_temperature
from moderation.spam.features import SIZE, features_of
from moderation.spam_screen import PURPOSE, forget_spam_model

#: A version that is less often right than this on what it had not seen is kept and not used.
LEAST_ACCURACY = 0.8


@dataclass(frozen=True, slots=True)
class Training:
    """What came of it: the version, None when too little is decided, and how many decisions there are."""

    model: SpamModel | None
    spam: int
    fine: int
    is_new: bool = False


@dataclass(slots=True)
class Exam:
    """How a version did on decisions that it had not seen."""

    spam: int = 0
    fine: int = 0
    found: int = 0
    mistaken: int = 0
    unknown: int = 0

    @property
    def accuracy(self) -> float | None:
        """Return the mean of the share of spam found and of the rest left alone; None without both."""
        if not (self.spam and self.fine):
            return None
        return (self.found / self.spam + 1 - self.mistaken / self.fine) / 2


def ask_for_training(*, by: User) -> None:
    """Have the spam screen taught in the background. Raises `NotAllowed`."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        outbox.put("moderation.train_spam", by=by.pk)


def train_spam_screen(*, by: User | None = None) -> Training:
    """Learn from the decisions that there are, and use what was learned if it is right often enough.

    The same decisions make no second version. `by` is None when the clock asks. Takes up to a minute.
    """
    spam, fine = ids_of(spam_decisions()), ids_of(fine_decisions())
    if min(len(spam), len(fine)) < settings.SPAM_FEWEST:
        return Training(None, len(spam), len(fine))
    digest = _digest(spam, fine)
    known = SpamModel.objects.light().filter(digest=digest).first()
    if known is not None:
        return Training(known, len(spam), len(fine))
    learned, exam = _learn(spam, fine)
    row = SpamModel(
        spam=learned.spam, fine=learned.fine, last_decision=max(spam[0], fine[0]), digest=digest, size=SIZE,
        features=len(learned.counts), key_mark=mark_of_key(PURPOSE), counts=learned.packed(),
        temperature=learned.temperature, accuracy=exam.accuracy, trained_at=timezone.now(), by=by,
        held_out={name: getattr(exam, name) for name in ("spam", "fine", "found", "mistaken", "unknown")},
    )  # fmt: skip
    return Training(_store(row, by), len(spam), len(fine), is_new=True)


def use_spam_model(model: SpamModel, *, by: User) -> SpamModel:
    """Ask this version from now on. Raises `NotAllowed`; one that is in use already stays so."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        row = SpamModel.objects.light().select_for_update().get(pk=model.pk)
        if not row.is_in_use:
            _put_in_use(row)
            audit.record("screen.switched", by=by, screen="spam", version=row.n)
    return row


def stop_spam_screen(*, by: User) -> None:
    """Ask no version any more: the score is not known then. Raises `NotAllowed`."""
    access.check(by, "keep_rules")
    with transaction.atomic():
        if SpamModel.objects.filter(is_in_use=True).update(is_in_use=False):
            _forget()
            audit.record("screen.switched", by=by, screen="spam", version=None)


def _learn(spam: list[int], fine: list[int]) -> tuple[Learned, Exam]:
    learner, exam, sums = Learner(), Exam(), []
    for text in _texts(spam, fine, held_out=False):
        _add(learner, text)
    # For the exam it only has to take a side.
    first = replace(learner.learned(), tried=len(spam) + len(fine))
    for text in _texts(spam, fine, held_out=True):
        features = features_of(text.facts, key_for(PURPOSE))
        _mark(exam, first.judge(features).value, is_spam=text.is_spam)
        sums.append((first.odds(features)[0], text.is_spam))
        # What was held out is learned from, too, once it has told how good the rest is.
        _add(learner, text)
    return replace(learner.learned(), temperature=best_temperature(sums)), exam


def _texts(spam: list[int], fine: list[int], *, held_out: bool) -> Iterator[DecidedText]:
    yield from texts_of(spam, is_spam=True, held_out=held_out)
    yield from texts_of(fine, is_spam=False, held_out=held_out)


def _add(learner: Learner, text: DecidedText) -> None:
    numbers = [feature.number for feature in features_of(text.facts, key_for(PURPOSE))]
    learner.add(numbers, is_spam=text.is_spam, author=text.author)


def _mark(exam: Exam, value: float | None, *, is_spam: bool) -> None:
    exam.spam += is_spam
    exam.fine += not is_spam
    exam.unknown += value is None
    # The temperature makes a number larger or smaller and never moves it over one half.
    if value is not None and value > 0.5:
        exam.found += is_spam
        exam.mistaken += not is_spam


def _store(row: SpamModel, by: User | None) -> SpamModel:
    try:
        with transaction.atomic():
            row.n = (SpamModel.objects.order_by("-n").values_list("n", flat=True).first() or 0) + 1
            row.save()
            if row.accuracy is not None and row.accuracy >= LEAST_ACCURACY:
                _put_in_use(row)
            audit.record("screen.trained", by=by, screen="spam", version=row.n, spam=row.spam, fine=row.fine)
    except IntegrityError:
        # Somebody else has taught it at the same time, from the same decisions.
        return SpamModel.objects.light().order_by("-n")[0]
    return row


def _put_in_use(row: SpamModel) -> None:
    SpamModel.objects.filter(is_in_use=True).exclude(pk=row.pk).update(is_in_use=False)
    SpamModel.objects.filter(pk=row.pk).update(is_in_use=True)
    row.is_in_use = True
    _forget()


def _forget() -> None:
    forget_spam_model()
    transaction.on_commit(forget_spam_model)  # who asked meanwhile has the version from before


def _digest(spam: list[int], fine: list[int]) -> str:
    facts = [sorted(spam), sorted(fine), mark_of_key(PURPOSE)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
