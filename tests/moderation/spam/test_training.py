"""The spam screen learns from decisions about spam, from nothing else, and says so."""

from __future__ import annotations

import random
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.errors import NotAllowed
from discussions.markup import render_comment
from discussions.models import Comment, Visibility
from moderation.actions import spam
from moderation.actions.spam import ask_for_training, stop_spam_screen, train_spam_screen, use_spam_model
from moderation.keys import key_for
from moderation.models import AuditEntry, Decision, GuidelineVersion, Outcome, SpamModel
from moderation.queries.spam_history import fine_decisions, spam_decisions
from moderation.rules.facts import Facts
from moderation.rules.reading import read
from moderation.scores.protocol import Signal
from moderation.spam.features import features_of
from moderation.spam_screen import SpamScreen
from moderation.tasks import train_spam_screen as task
from tests.factories import make_admin, make_user
from tests.moderation.spam.conftest import FINE, SPAM, Decided, words

pytestmark = pytest.mark.django_db


def says(text: str) -> Signal | None:
    screen = SpamScreen()
    screen.prepare()
    return screen.score(Facts("post", timezone.now(), read(render_comment(text))))


def value(text: str) -> float | None:
    signal = says(text)
    return signal.value if signal else None


def spams() -> list[int]:
    return list(spam_decisions().values_list("id", flat=True))


def fines() -> list[int]:
    return list(fine_decisions().values_list("id", flat=True))


def test_it_tells_spam_from_the_rest_with_reasons(history: None) -> None:
    done = train_spam_screen()
    assert done.model is not None
    assert (done.is_new, done.model.is_in_use, done.model.n, done.spam, done.fine) == (True, True, 1, 60, 60)
    assert done.model.accuracy is not None
    assert done.model.accuracy > 0.95
    exam = done.model.held_out
    assert exam["spam"] > 0
    assert exam["fine"] > 0
    rng = random.Random(2)
    signal = says(words(SPAM, rng) + " https://shop.example/y")
    assert signal is not None
    assert signal.value is not None
    assert signal.value > 0.75
    assert any(reason.words in SPAM or "shop.example" in reason.words for reason in signal.reasons)
    assert signal.version == "1"
    fine = value(words(FINE, rng))
    assert fine is not None
    assert fine < 0.25


def test_before_it_has_seen_enough_it_says_nothing(history: None, settings: Settings) -> None:
    settings.SPAM_FEWEST = 61
    assert train_spam_screen() == spam.Training(None, 60, 60)
    assert says("cheap watches and pills, visit my shop today") is None
    assert not SpamModel.objects.exists()


def test_a_text_unlike_all_that_was_seen_is_not_known(history: None) -> None:
    train_spam_screen()
    signal = says("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich")
    assert signal is not None
    assert signal.value is None
    assert [str(reason) for reason in signal.reasons] == ["too little of it was ever seen before"]


def test_the_same_decisions_make_no_second_version(history: None, decided: Decided) -> None:
    first = train_spam_screen().model
    again = train_spam_screen()
    assert (again.model, again.is_new) == (first, False)
    decided("A new thought about the bridge and the council.")
    newer = train_spam_screen()
    assert newer.model is not None
    assert (newer.model.n, newer.is_new, newer.model.is_in_use) == (2, True, True)
    assert SpamModel.objects.filter(is_in_use=True).count() == 1
    assert SpamModel.objects.count() == 2
    assert AuditEntry.objects.filter(name="screen.trained").count() == 2


def test_only_decisions_about_spam_count(decided: Decided, guideline: GuidelineVersion, keeper: User) -> None:
    taken, fine = decided("cheap watches", Outcome.REMOVE), decided("a fine day")
    decided("you fool", Outcome.REMOVE, guideline=guideline)
    decided("cheap watches, please change", Outcome.RETURN)
    decided("cheap watches, folded away", Outcome.COLLAPSE)
    decided("undone", Outcome.REMOVE, undone_at=timezone.now())
    decided("just now", final_at=timezone.now() + timedelta(seconds=50))
    edited = decided("edited since").comment
    Comment.objects.filter(pk=edited.pk).update(revision=2)
    withdrawn = decided("taken back").comment
    Comment.objects.filter(pk=withdrawn.pk).update(visibility=Visibility.WITHDRAWN)
    erased = decided("erased").comment
    Comment.objects.filter(pk=erased.pk).update(body="")
    assert (spams(), fines()) == ([taken.pk], [fine.pk])


def test_what_is_overturned_counts_as_what_it_became(decided: Decided) -> None:
    wrong = decided("They sell good bread there.", Outcome.REMOVE)
    right = decided("", Outcome.PUBLISH, comment=wrong.comment, supersedes=wrong)
    assert (spams(), fines()) == ([], [right.pk])
    Decision.objects.filter(pk=right.pk).update(undone_at=timezone.now())
    assert spams() == [wrong.pk]


def test_the_latest_of_several_decisions_counts(decided: Decided) -> None:
    first = decided("Half bread, half advertising.")
    second = decided("", Outcome.REMOVE, comment=first.comment)
    assert (spams(), fines()) == ([second.pk], [])


def test_a_version_that_is_often_wrong_is_kept_and_not_used(decided: Decided, settings: Settings) -> None:
    settings.SPAM_FEWEST = 30
    rng = random.Random(3)
    for n in range(80):
        decided(words(FINE, rng), Outcome.REMOVE if n % 2 else Outcome.PUBLISH)
    model = train_spam_screen().model
    assert model is not None
    assert model.accuracy is not None
    assert model.accuracy < spam.LEAST_ACCURACY
    assert not model.is_in_use
    assert says(words(FINE, rng)) is None


def test_an_old_version_can_be_put_back(history: None, decided: Decided) -> None:
    chief = make_admin()
    old = train_spam_screen().model
    decided("One more thought about the library and the river.")
    train_spam_screen()
    assert old is not None
    use_spam_model(old, by=chief)
    use_spam_model(old, by=chief)
    assert SpamModel.objects.get(is_in_use=True) == old
    assert AuditEntry.objects.filter(name="screen.switched").count() == 1
    signal = says("cheap watches and pills, visit my shop today")
    assert signal is not None
    assert signal.version == "1"
    stop_spam_screen(by=chief)
    assert says("cheap watches and pills, visit my shop today") is None
    with pytest.raises(NotAllowed):
        use_spam_model(old, by=make_user())
    with pytest.raises(NotAllowed):
        stop_spam_screen(by=make_user())


def test_with_another_secret_key_it_knows_nothing_until_it_is_taught_again(history: None, settings: Settings) -> None:
    train_spam_screen()
    settings.SECRET_KEY = "another" * 8
    assert says("cheap watches and pills, visit my shop today") is None
    again = train_spam_screen()
    assert again.is_new
    assert says("cheap watches and pills, visit my shop today") is not None


def test_a_comment_costs_a_query_a_second_and_loading_one_more(history: None) -> None:
    train_spam_screen()
    from moderation import spam_screen

    spam_screen._learned.cache_clear()
    spam_screen.forget_spam_model()
    for expected in (2, 0):
        with CaptureQueriesContext(connection) as asked:
            says("cheap watches and pills, visit my shop today")
        assert len(asked) == expected


def test_training_asks_the_same_however_much_there_is(history: None, decided: Decided) -> None:
    train_spam_screen()
    decided("One more thought about the bridge.")
    with CaptureQueriesContext(connection) as some:
        train_spam_screen()
    rng = random.Random(4)
    for _ in range(30):
        decided(words(SPAM, rng), Outcome.REMOVE)
        decided(words(FINE, rng))
    with CaptureQueriesContext(connection) as more:
        train_spam_screen()
    assert len(more) == len(some)


def test_nothing_that_only_one_person_wrote_is_kept(history: None, decided: Decided) -> None:
    author = make_user()
    text = "call me on 0171 5550199 about the bridge"
    facts = Facts("post", timezone.now(), read(render_comment(text)))
    number = next(one.number for one in features_of(facts, key_for("spam")) if one.reason.words == "5550199")
    for _ in range(20):
        decided(text, by=author)
    model = train_spam_screen().model
    assert model is not None
    assert number not in model.learned.counts
    decided(text)
    model = train_spam_screen().model
    assert model is not None
    assert model.learned.counts[number] == (0, 21)


def test_the_clock_the_command_and_the_button_teach_it(history: None, settings: Settings) -> None:
    out = StringIO()
    call_command("train_spam_screen", stdout=out)
    assert "Version 1 is new. Learned from 60 spam and 60 published." in out.getvalue()
    assert "It is in use." in out.getvalue()
    assert task() == 1
    settings.SPAM_FEWEST = 1000
    call_command("train_spam_screen", stdout=out)
    assert "Too little: 60 spam and 60 published, 1000 of each are needed." in out.getvalue()
    assert task() is None
    assert "moderation.tasks.train_spam_screen" in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_only_who_keeps_rules_may_have_it_taught(
    history: None, django_capture_on_commit_callbacks: Any
) -> None:  # fmt: skip
    with pytest.raises(NotAllowed):
        ask_for_training(by=make_user())
    chief = make_admin()
    with django_capture_on_commit_callbacks(execute=True):
        ask_for_training(by=chief)
    assert SpamModel.objects.get().by == chief
