"""Appealing, and deciding appeals, on the pages."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from discussions.actions.edit import edit_comment
from discussions.models import Article, Comment
from moderation import access
from moderation.actions.appeal import appeal, write
from moderation.actions.appeal_decision import lean
from moderation.actions.notes import write_note
from moderation.actions.report import report_comment
from moderation.actions.sanction import impose
from moderation.models import Appeal, AppealMessage, Case, Decision, GuidelineVersion, Outcome, Sanction
from moderation.queries.appeals import open_appeals
from tests.factories import make_admin, make_comment, make_moderator, make_senior, make_user
from tests.moderation.conftest import Decide
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db


def settle(decision: Decision) -> Decision:
    """Let the minute pass in which it can be undone."""
    decision.final_at = timezone.now() - timedelta(seconds=1)
    decision.save(update_fields=["final_at"])
    return decision


@pytest.fixture
def removed(case: Case, decide_: Decide) -> Decision:
    decision = settle(decide_(case))
    decision.internal_note = "He does this every week."
    decision.save()
    return decision


@pytest.fixture
def kept(article: Article, guideline: GuidelineVersion, decide_: Decide) -> Decision:
    comment = make_comment(article, body="All of them are liars.")
    report = report_comment(comment, by=make_user("reporter"), guideline=guideline.guideline, note="Lies!")
    return settle(decide_(report.case, Outcome.PUBLISH))


@pytest.fixture
def muted(reader: User, moderator: User, guideline: GuidelineVersion) -> Sanction:
    return impose(
        reader, kind="mute", guideline_version=guideline, reason="Third time this week.", by=moderator,
        key=uuid.uuid4(), until=timezone.now() + timedelta(days=7),
    )  # fmt: skip


@pytest.fixture
def asked(removed: Decision, reader: User) -> Appeal:
    """Return the reader's appeal against the removal."""
    return appeal(removed, by=reader, text="It was a joke between us.")


def desk(found: Appeal, act: str = "") -> str:
    return f"/moderation/appeals/{found.pk}/{act}"


# --- readers ---------------------------------------------------------------------------------------


def test_the_form_shows_what_it_is_about_and_takes_the_appeal(removed: Decision, reader: User) -> None:
    client, url = browser(reader), f"/decisions/{removed.pk}/appeal/"
    html = client.get(url).content.decode()
    for words in ("You are a fool.", "Please talk about the idea.", "guideline 2"):
        assert words in html
    assert "every week" not in html
    answer = client.post(url, {"body": "It was a joke."})
    made = Appeal.objects.get()
    assert (answer.status_code, answer["Location"], made.text) == (303, f"/appeals/{made.pk}/", "It was a joke.")
    assert client.post(url, {"body": "Again."})["Location"] == f"/appeals/{made.pk}/"
    assert client.get(url)["Location"] == f"/appeals/{made.pk}/"
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize(("body", "words"), [(" ", "write something"), ("x" * 2001, "at most 2000")])
def test_what_is_refused_is_kept(removed: Decision, reader: User, body: str, words: str) -> None:
    answer = browser(reader).post(f"/decisions/{removed.pk}/appeal/", {"body": body})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert body.strip() in answer.content.decode()


def test_who_cannot_appeal_is_told_why(removed: Decision, kept: Decision, reader: User) -> None:
    assert kept.comment.author is not None
    own = browser(kept.comment.author).get(f"/decisions/{kept.pk}/appeal/")
    assert (own.status_code, "who reported" in own.content.decode()) == (403, True)
    Decision.objects.filter(pk=removed.pk).update(final_at=timezone.now() - timedelta(days=200))
    late = browser(reader).get(f"/decisions/{removed.pk}/appeal/")
    assert (late.status_code, "too long ago" in late.content.decode()) == (409, True)
    posted = browser(reader).post(f"/decisions/{removed.pk}/appeal/", {"body": "Late but long."})
    assert (posted.status_code, "Late but long." in posted.content.decode()) == (409, True)


def test_a_visitor_is_asked_to_log_in_and_keeps_the_text(removed: Decision) -> None:
    url = f"/decisions/{removed.pk}/appeal/"
    for answer in (browser(None).get(url), browser(None).post(url, {"body": "Typed with care."})):
        assert answer.status_code == 403
        assert f"/accounts/login/?next=%2Fdecisions%2F{removed.pk}%2Fappeal%2F" in answer.content.decode()
    assert "Typed with care." in answer.content.decode()


def test_a_reporter_appeals_without_reading_what_is_not_theirs(kept: Decision) -> None:
    reporter = User.objects.get(username="reporter")
    client, url = browser(reporter), f"/decisions/{kept.pk}/appeal/"
    assert "All of them are liars." in client.get(url).content.decode()
    assert client.post(url, {"body": "Look again."}).status_code == 303
    assert Appeal.objects.get().user == reporter


def test_a_removed_text_is_not_shown_to_who_reported_it(
    article: Article, guideline: GuidelineVersion, decide_: Decide
) -> None:
    comment, reporter = make_comment(article, body="Her number is 555."), make_user()
    decision = settle(decide_(report_comment(comment, by=reporter, guideline=guideline.guideline).case))
    page = browser(reporter).get(f"/decisions/{decision.pk}/appeal/")
    assert page.status_code == 403
    assert "555" not in page.content.decode()


def test_a_sanction_is_appealed(muted: Sanction, reader: User) -> None:
    client, url = browser(reader), f"/sanctions/{muted.pk}/appeal/"
    assert "Third time this week." in client.get(url).content.decode()
    assert client.post(url, {"body": "I was provoked."}).status_code == 303
    assert Appeal.objects.get().sanction == muted


def test_other_peoples_are_not_there(removed: Decision, muted: Sanction, asked: Appeal, senior: User) -> None:
    urls = [f"/decisions/{removed.pk}/appeal/", f"/sanctions/{muted.pk}/appeal/", f"/appeals/{asked.pk}/"]
    for by in (make_user(), make_moderator(), senior):
        for url in urls:
            assert browser(by).get(url).status_code == 404
        for url in [*urls[:2], f"/appeals/{asked.pk}/answer/"]:
            assert browser(by).post(url, {"body": "Me."}).status_code == 404
    assert AppealMessage.objects.count() == 0


def test_the_page_of_an_appeal(asked: Appeal, reader: User, senior: User) -> None:
    write(asked, by=senior, text="What do you mean?")
    client, url = browser(reader), f"/appeals/{asked.pk}/"
    html = client.get(url).content.decode()
    for words in ("It was a joke between us.", "What do you mean?", "The staff of this site", "Waiting"):
        assert words in html
    for words in (senior.username, "every week"):
        assert words not in html
    assert client.post(f"{url}answer/", {"body": " "}).status_code == 422
    assert client.post(f"{url}answer/", {"body": "He laughed too."})["Location"] == f"{url}#talk"
    assert "He laughed too." in client.get(url).content.decode()
    Appeal.objects.update(
        state="upheld", decided_by=senior, decided_at=timezone.now(), reason="It reads as an attack.", leaning="upheld"
    )
    html = client.get(url).content.decode()
    assert "It reads as an attack." in html
    assert "answer/" not in html
    late = client.post(f"{url}answer/", {"body": "But he did."})
    assert (late.status_code, "But he did." in late.content.decode()) == (409, True)


# --- the queue's tab -------------------------------------------------------------------------------


def test_the_tab(asked: Appeal, kept: Decision, muted: Sanction, senior: User, moderator: User, reader: User) -> None:
    appeal(kept, by=User.objects.get(username="reporter"), text="Look again.")
    appeal(muted, by=reader, text="I was provoked.")
    Appeal.objects.filter(pk=asked.pk).update(created_at=timezone.now() - timedelta(hours=3))
    standing = access.standing_of(senior)
    with CaptureQueriesContext(connection) as queries:
        rows = open_appeals(standing, senior)
    assert len(queries) == 1
    assert [(row.outcome, row.comment_text, row.is_about_sanction) for row in rows] == [
        ("Remove", "You are a fool.", False), ("Publish", "All of them are liars.", False),
        ("Cannot write", "I was provoked.", True),
    ]  # fmt: skip
    assert (rows[0].url, rows[0].age) == (desk(asked), "3\xa0hours")
    assert open_appeals(access.standing_of(moderator), moderator) == []


def test_the_tab_leaves_out_what_one_has_a_part_in(asked: Appeal, kept: Decision, article: Article) -> None:
    reporter = User.objects.get(username="reporter")
    look = appeal(kept, by=reporter, text="Look again.")
    involved = make_senior()
    Appeal.objects.filter(pk=asked.pk).update(first_decider=involved)
    Comment.objects.filter(pk=kept.comment_id).update(author=involved)
    assert open_appeals(access.standing_of(involved), involved) == []
    other = make_admin()
    assert [row.id for row in open_appeals(access.standing_of(other), other)] == [asked.pk, look.pk]
    parent = make_comment(article, by=other)
    Comment.objects.filter(pk=kept.comment_id).update(parent=parent, root=parent, depth=1)
    assert [row.id for row in open_appeals(access.standing_of(other), other)] == [asked.pk]
    Appeal.objects.filter(pk=asked.pk).update(user=other)
    assert open_appeals(access.standing_of(other), other) == []


# --- the desk --------------------------------------------------------------------------------------

FIRST = ("every week", "Please talk about the idea.", "keeper", "Keep an eye on him.")


def test_the_first_reasons_come_after_a_thought_of_ones_own(asked: Appeal, senior: User, moderator: User) -> None:
    assert asked.decision is not None
    write_note(asked.decision.comment, by=moderator, text="Keep an eye on him.")
    client = browser(senior)
    html = client.get(desk(asked)).content.decode()
    assert "You are a fool." in html
    assert "It was a joke between us." in html
    assert [words for words in FIRST if words in html] == []
    assert 'name="cause"' not in html
    answer = client.post(desk(asked, "lean/"), {"leaning": "overturned"})
    assert (answer.status_code, answer["Location"]) == (303, desk(asked) + "#decide")
    html = client.get(desk(asked)).content.decode()
    assert [words for words in FIRST if words not in html] == []
    assert 'name="cause"' in html
    other = browser(make_admin()).get(desk(asked)).content.decode()
    assert [words for words in FIRST if words in other] == [], "each says what they think before they read"


def test_a_thought_is_chosen(asked: Appeal, senior: User) -> None:
    assert browser(senior).post(desk(asked, "lean/"), {"leaning": "maybe"}).status_code == 422
    assert browser(senior).post(desk(asked, "lean/"), {}).status_code == 422


def test_overturning_from_the_desk(asked: Appeal, senior: User, held: Comment) -> None:
    lean(asked, by=senior, leaning="overturned")
    client, form = browser(senior), {"state": "overturned", "body": "A joke indeed.", "cause": "context", "revision": 1}
    incomplete = client.post(desk(asked, "decide/"), {**form, "cause": ""})
    assert (incomplete.status_code, "A joke indeed." in incomplete.content.decode()) == (422, True)
    assert client.post(desk(asked, "decide/"), {**form, "state": "maybe"}).status_code == 422
    answer = client.post(desk(asked, "decide/"), form)
    assert (answer.status_code, answer["Location"]) == (303, "/moderation/?queue=appeals")
    held.refresh_from_db()
    assert held.is_readable
    html = client.get(desk(asked)).content.decode()
    assert "A joke indeed." in html
    late = client.post(desk(asked, "decide/"), {**form, "body": "Once more."})
    assert (late.status_code, "Once more." in late.content.decode()) == (409, True)
    late = client.post(desk(asked, "message/"), {"body": "Another word."})
    assert (late.status_code, "Another word." in late.content.decode()) == (409, True)


def test_upholding_from_the_desk(asked: Appeal, senior: User) -> None:
    lean(asked, by=senior, leaning="upheld")
    form = {"state": "upheld", "body": "It is an attack.", "cause": "", "revision": 1}
    assert browser(senior).post(desk(asked, "decide/"), form).status_code == 303
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("upheld", "It is an attack.")


def test_a_decision_without_a_thought_is_refused_and_kept(asked: Appeal, senior: User) -> None:
    form = {"state": "upheld", "body": "It is an attack.", "cause": "", "revision": 1}
    answer = browser(senior).post(desk(asked, "decide/"), form)
    html = answer.content.decode()
    assert (answer.status_code, "what you think" in html, "It is an attack." in html) == (403, True, True)
    assert [words for words in FIRST if words in html] == []


def test_taking_back_what_was_kept(kept: Decision, senior: User, guideline: GuidelineVersion) -> None:
    found = appeal(kept, by=User.objects.get(username="reporter"), text="Look again.")
    lean(found, by=senior, leaning="overturned")
    client = browser(senior)
    assert "Lies!" in client.get(desk(found)).content.decode()
    form: dict[str, Any] = {"state": "overturned", "body": "You were right.", "cause": "mistake", "revision": 1}
    for typed in ({}, {"outcome": "remove"}, {"outcome": "remove", "guideline": guideline.pk}, {"outcome": "publish"}):
        assert client.post(desk(found, "decide/"), {**form, **typed}).status_code == 422
    verdict = {"outcome": "remove", "guideline": guideline.pk, "note": "Do not call people liars."}
    assert client.post(desk(found, "decide/"), {**form, **verdict}).status_code == 303
    assert Comment.objects.get(pk=kept.comment_id).visibility == "removed"


def test_an_edit_meanwhile_is_shown_with_what_was_typed(
    case: Case, held: Comment, reader: User, senior: User, decide_: Decide
) -> None:
    found = appeal(settle(decide_(case, Outcome.RETURN)), by=reader, text="Why?")
    lean(found, by=senior, leaning="overturned")
    held.refresh_from_db()
    edit_comment(held, by=reader, body="I disagree with you.", revision=1)
    form = {"state": "overturned", "body": "It was fine.", "cause": "mistake", "revision": 1}
    answer = browser(senior).post(desk(found, "decide/"), form)
    html = answer.content.decode()
    assert answer.status_code == 409
    for words in ("I disagree with you.", "It was fine.", "stays as it is", "an earlier text"):
        assert words in html


def test_a_sanction_at_the_desk(muted: Sanction, reader: User, senior: User) -> None:
    found = appeal(muted, by=reader, text="I was provoked.")
    client = browser(senior)
    html = client.get(desk(found)).content.decode()
    assert "I was provoked." in html
    assert "Third time this week." not in html
    assert "keeper" not in html
    client.post(desk(found, "lean/"), {"leaning": "overturned"})
    assert "Third time this week." in client.get(desk(found)).content.decode()
    form = {"state": "overturned", "body": "Provoked indeed.", "cause": "context"}
    assert client.post(desk(found, "decide/"), form).status_code == 303
    muted.refresh_from_db()
    assert muted.lifted_by == senior


def test_who_decided_first_and_who_appeals_do_not_open_it(asked: Appeal, muted: Sanction) -> None:
    first, own = make_senior(), make_senior()
    Appeal.objects.filter(pk=asked.pk).update(first_decider=first, user=own)
    for by, words in ((first, "decided this first"), (own, "part in this")):
        for method, act in (("get", ""), ("post", "lean/"), ("post", "decide/"), ("post", "message/")):
            answer = getattr(browser(by), method)(desk(asked, act))
            assert (answer.status_code, words in answer.content.decode()) == (403, True)
    assert browser(make_senior()).get(desk(Appeal(pk=10**6))).status_code == 404


def test_the_desk_writes_to_who_appeals(asked: Appeal, senior: User) -> None:
    client = browser(senior)
    assert client.post(desk(asked, "message/"), {"body": " "}).status_code == 422
    assert client.post(desk(asked, "message/"), {"body": "What do you mean?"})["Location"] == desk(asked) + "#talk"
    assert "What do you mean?" in client.get(desk(asked)).content.decode()


def test_the_desk_costs_the_same_however_much_was_said(asked: Appeal, reader: User) -> None:
    senior = make_senior()
    lean(asked, by=senior, leaning="upheld")

    def count() -> int:
        client = browser(senior)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(desk(asked)).status_code == 200
        return len(queries)

    write(asked, by=senior, text="One.")
    few = count()
    for n in range(5):
        write(asked, by=make_senior(), text=f"Line {n}.")
        AppealMessage.objects.create(appeal=asked, text="…")
    assert count() == few
    assert few < 20
