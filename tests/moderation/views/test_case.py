"""The card: what it shows, what it keeps, and where it leads."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from discussions.actions.edit import edit_comment
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment
from moderation.actions.cases import open_case
from moderation.actions.claim import claim
from moderation.actions.notes import write_note
from moderation.actions.report import report_comment
from moderation.models import Case, Decision, Guideline, GuidelineText, GuidelineVersion, Outcome, UnlawfulNotice
from tests.discussions.passages_stage import WORDS, comment_on, write_article
from tests.factories import make_comment, make_guest, make_moderator, make_user
from tests.moderation.conftest import Decide
from tests.moderation.views.desk import address, fields, opened_at, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(moderator: User) -> Client:
    """Return a browser in which the moderator is logged in."""
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def told(defaults: list[Guideline]) -> None:
    """Give every guideline words for the author, in two languages."""
    for language, note in (("en", "Please see the guideline."), ("es", "Consulta la norma.")):
        GuidelineText.objects.filter(language=language).update(author_note=note)


def waiting(**given: object) -> Case:
    """Return the case of another held comment."""
    comment = make_comment(visibility="held", **given)  # type: ignore[arg-type]
    with transaction.atomic():
        return open_case(comment, queue="held", severity=2)


def test_readers_and_visitors_are_refused(client: Client, case: Case, reader: User) -> None:
    for _ in range(2):
        assert client.get(address(case)).status_code == 403
        for verb in ("claim", "decide", "skip", "release", "escalate", "note"):
            assert client.post(address(case, verb)).status_code == 403
        client.force_login(reader)
    case.refresh_from_db()
    assert (case.state, case.lock_version) == ("open", 0)


def test_only_posts_change_something(desk: Client, case: Case) -> None:
    for verb in ("claim", "decide", "skip", "release", "escalate", "note"):
        assert desk.get(address(case, verb)).status_code == 405
    desk.get(address(case))
    case.refresh_from_db()
    assert (case.state, case.lock_version) == ("open", 0)


def test_who_has_a_part_in_it_does_not_find_it(desk: Client, moderator: User, article: Article) -> None:
    own = waiting(by=moderator, article=article)
    answer = waiting(parent=make_comment(article, by=moderator))
    for row in (own, answer):
        assert desk.get(address(row)).status_code == 404
        for verb in ("claim", "decide", "skip", "release", "escalate", "note"):
            assert desk.post(address(row, verb), fields(row)).status_code == 404


def test_the_card_shows_everything_that_helps(desk: Client, article: Article, decide_: Decide, senior: User) -> None:
    author = make_user("sol", name="Sol")
    decide_(waiting(by=author, body="Something worse."), note="The first time.")
    root = make_comment(article, by=make_user(name="Ben Alder"), body="The root of it.")
    comment = make_comment(parent=root, by=author, body="You are a fool, Ben.", language="en")
    report_comment(
        comment, by=make_user(name="Secret Reporter"), guideline=Guideline.objects.get(number=2), note="Rude."
    )
    case = Case.objects.get(comment=comment)
    UnlawfulNotice.objects.create(
        case=case, comment=comment, revision=1, name="Secret Notifier", explanation="An insult by law.",
        is_sincere=True, key=uuid.uuid4(),
    )  # fmt: skip
    write_note(comment, by=senior, text="Look at the thread.")
    write_note(author, by=senior, text="We have talked to Sol.")
    page = page_of(desk, case)
    for said in (
        "The lights went out", "Ben Alder", "The root of it.", "You are a fool, Ben.", "language: en", "version 1",
        "1 report", "Guideline 2", "Rude.", "no record to speak of", "An insult by law.",
        "Something worse.", "The first time.", "Look at the thread.", "We have talked to Sol.", "@sol", "First seen",
    ):  # fmt: skip
        assert said in page
    assert "Secret" not in page


def test_words_in_question_are_marked(desk: Client, case: Case) -> None:
    Case.objects.update(hold_reason="It holds “a fool”.")
    assert "You are <mark>a fool</mark>." in page_of(desk, case)


def test_a_guest_and_somebody_whose_account_is_gone_have_cards(desk: Client) -> None:
    guest = waiting(by=make_guest("Passer-by"))
    gone = waiting()
    Comment.objects.filter(pk=gone.comment_id).update(author=None, author_name="Long Gone")
    assert "Passer-by" in page_of(desk, guest)
    assert "The account is gone." in page_of(desk, gone)


def test_the_number_of_queries_is_bounded(desk: Client, article: Article, reader: User, decide_: Decide) -> None:
    def asked(case: Case) -> int:
        with CaptureQueriesContext(connection) as context:
            page_of(desk, case)
        return len(context)

    bare = waiting(by=reader)
    page_of(desk, bare)
    few = asked(bare)
    parent = make_comment(article)
    for _ in range(8):
        parent = make_comment(parent=parent)
    full = make_comment(parent=parent, by=reader)
    for n in range(5):
        report_comment(full, by=make_user(), guideline=Guideline.objects.get(number=1 + n), note="Look.")
        write_note(full, by=make_moderator(), text="Seen.")
        decide_(waiting(by=reader))
        waiting(by=reader)
    # The parents are the one more.
    assert asked(Case.objects.get(comment=full)) == few + 1 <= 21


def test_deciding_leads_to_the_next_card(desk: Client, moderator: User, case: Case) -> None:
    other = waiting()
    response = desk.post(f"{address(case, 'decide')}?queue=held", fields(case))
    assert response.status_code == 303
    assert response["Location"] == f"{address(other)}?queue=held"
    other.refresh_from_db()
    assert other.claimed_by == moderator
    page = desk.get(response["Location"]).content.decode()
    assert "/undo/" in page
    last = desk.post(f"{address(other, 'decide')}?queue=held", fields(other))
    assert last["Location"] == "/moderation/?queue=held"


def test_what_a_decision_asks_does_not_grow(desk: Client, article: Article) -> None:
    def asked(case: Case) -> int:
        with CaptureQueriesContext(connection) as context:
            assert desk.post(address(case, "decide"), fields(case)).status_code == 303
        return len(context)

    cases = [waiting() for _ in range(3)]
    asked(cases[0])
    few = asked(cases[1])
    for _ in range(20):
        waiting()
    assert asked(cases[2]) == few <= 35


def test_filters_go_along(desk: Client, case: Case, article: Article) -> None:
    waiting()
    here = waiting(article=article)
    query = f"queue=held&article={article.slug}"
    assert desk.post(f"{address(case, 'decide')}?{query}", fields(case))["Location"] == f"{address(here)}?{query}"


@pytest.mark.usefixtures("told")
def test_without_a_note_the_guideline_speaks_the_authors_language(
    desk: Client, case: Case, guideline: GuidelineVersion
) -> None:
    Comment.objects.update(language="es")
    desk.post(address(case, "decide"), fields(case, "remove", guideline=guideline.pk, note=" "))
    assert Decision.objects.get().note == "Consulta la norma."


@pytest.mark.usefixtures("told")
def test_the_note_is_offered_in_the_authors_language(desk: Client, case: Case) -> None:
    Comment.objects.update(language="es")
    assert 'data-note="Consulta la norma."' in page_of(desk, case)


def test_the_same_form_twice_is_one_decision(desk: Client, case: Case) -> None:
    sent = fields(case)
    assert [desk.post(address(case, "decide"), sent).status_code for _ in range(2)] == [303, 303]
    assert Decision.objects.count() == 1


def test_reading_time_is_measured_by_the_server(desk: Client, case: Case) -> None:
    stamp = opened_at(timezone.now().timestamp() - 30)
    desk.post(address(case, "decide"), fields(case, opened=stamp))
    assert Decision.objects.get().seconds == pytest.approx(30, abs=3)


def test_a_forged_reading_time_is_not_believed(desk: Client, case: Case) -> None:
    desk.post(address(case, "decide"), fields(case, opened="1.0:forged"))
    assert Decision.objects.get().seconds is None


TYPED = {"note": "My words to you.", "internal_note": "Between us.", "span": "a fool"}


def assert_kept(page: str, guideline: GuidelineVersion) -> None:
    for words in TYPED.values():
        assert words in page
    radio = page[page.index(f'name="guideline" value="{guideline.pk}"') :]
    assert " checked" in radio[: radio.index(">")]
    assert "What you typed is kept." in page


def test_without_reason_it_is_refused_and_kept(desk: Client, case: Case, guideline: GuidelineVersion) -> None:
    GuidelineText.objects.update(author_note="")
    response = desk.post(address(case, "decide"), fields(case, "remove", **TYPED))
    assert response.status_code == 422
    assert "choose the guideline" in response.content.decode()
    sent = fields(case, "remove", guideline=guideline.pk, **{**TYPED, "note": ""})
    response = desk.post(address(case, "decide"), sent)
    assert response.status_code == 422
    assert "give the reason in words" in response.content.decode()
    assert "Between us." in response.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("wrong", [{"note": "x" * 1001}, {"key": "x"}, {"lock_version": ""}, {"outcome": "burn"}])
def test_a_form_that_is_not_ours_is_refused_and_kept(
    desk: Client, case: Case, guideline: GuidelineVersion, wrong: dict[str, str]
) -> None:
    sent = fields(case, "remove", guideline=guideline.pk, **TYPED)
    response = desk.post(address(case, "decide"), {**sent, **wrong})
    assert response.status_code == 422
    assert "Between us." in response.content.decode()
    assert not Decision.objects.exists()


def test_somebody_was_faster(desk: Client, case: Case, decide_: Decide, guideline: GuidelineVersion) -> None:
    sent = fields(case, "remove", guideline=guideline.pk, **TYPED)
    decide_(case, Outcome.COLLAPSE, by=make_moderator(name="Ada Grey"), note="Off topic, sorry.")
    response = desk.post(address(case, "decide"), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Ada Grey decided:" in page
    assert "Off topic, sorry." in page
    assert_kept(page, guideline)
    assert Decision.objects.count() == 1


def test_the_author_has_edited(
    desk: Client, case: Case, held: Comment, reader: User, guideline: GuidelineVersion
) -> None:
    sent = fields(case, "remove", guideline=guideline.pk, **TYPED)
    edit_comment(held, by=reader, body="You are a friend.", revision=1)
    response = desk.post(address(case, "decide"), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "The author has changed the comment" in page
    assert "<del>fool</del><ins>friend</ins>" in page
    assert_kept(page, guideline)
    # What is shown now can be decided on.
    again = desk.post(address(case, "decide"), fields(case, "publish"))
    assert again.status_code == 303


def test_somebody_else_has_taken_it(desk: Client, case: Case, guideline: GuidelineVersion) -> None:
    sent = fields(case, "remove", guideline=guideline.pk, **TYPED)
    claim(case, by=make_moderator(name="Ada Grey"))
    response = desk.post(address(case, "decide"), sent)
    assert response.status_code == 409
    assert "Ada Grey is reading it" in response.content.decode()
    assert_kept(response.content.decode(), guideline)


def test_the_author_has_withdrawn(desk: Client, case: Case, held: Comment, reader: User) -> None:
    sent = fields(case)
    withdraw_comment(held, by=reader)
    response = desk.post(address(case, "decide"), sent)
    assert response.status_code == 409
    assert "Its author has taken the comment back" in response.content.decode()
    assert desk.post(address(case, "claim")).json()["news"].startswith("Its author has taken")


def test_a_resubmitted_comment_is_shown_with_what_changed(
    desk: Client, case: Case, held: Comment, reader: User, decide_: Decide
) -> None:
    decide_(case, Outcome.RETURN, note="Please without the fool.")
    held.refresh_from_db()
    edit_comment(held, by=reader, body="You are a friend.", revision=1)
    page = page_of(desk, Case.objects.waiting().get())
    assert "Changed as asked" in page
    assert "<del>fool</del><ins>friend</ins>" in page
    assert "Please without the fool." in page


def test_claiming_is_answered_with_facts(desk: Client, case: Case) -> None:
    facts = desk.post(address(case, "claim"), {"revision": "1"}).json()
    assert facts == {
        "state": "claimed", "lock_version": 1, "revision": 1, "mine": True, "holder": "", "decision": "", "news": "",
    }  # fmt: skip
    again = desk.post(address(case, "claim")).json()
    assert (again["mine"], again["lock_version"]) == (True, 1)


def test_a_claim_says_who_has_it_what_changed_and_what_was_decided(
    desk: Client, case: Case, held: Comment, reader: User, decide_: Decide
) -> None:
    other = make_moderator(name="Ada Grey")
    claim(case, by=other)
    facts = desk.post(address(case, "claim")).json()
    assert (facts["mine"], facts["holder"], facts["news"]) == (False, "Ada Grey", "Ada Grey is reading it.")
    edit_comment(held, by=reader, body="You are a friend.", revision=1)
    assert "changed the comment" in desk.post(address(case, "claim"), {"revision": "1"}).json()["news"]
    decide_(case, Outcome.REMOVE, by=other)
    facts = desk.post(address(case, "claim")).json()
    assert (facts["decision"], facts["news"]) == ("remove", "Ada Grey has decided: Remove.")


def test_skipping_is_counted_and_leads_on(desk: Client, case: Case, moderator: User) -> None:
    other = waiting()
    claim(case, by=moderator)
    assert desk.post(f"{address(case, 'skip')}?queue=held")["Location"].startswith(address(other))
    case.refresh_from_db()
    assert (case.state, case.skip_count) == ("open", 1)
    desk.post(f"{address(other, 'skip')}?queue=held")
    assert desk.post("/moderation/next/?queue=held")["Location"] == "/moderation/?queue=held"


def test_giving_back(desk: Client, case: Case, moderator: User) -> None:
    claim(case, by=moderator)
    assert desk.post(f"{address(case, 'release')}?queue=held")["Location"] == "/moderation/?queue=held"
    case.refresh_from_db()
    assert (case.state, case.skip_count) == ("open", 0)


def test_escalating_asks_for_a_reason_and_keeps_the_rest(desk: Client, case: Case, guideline: GuidelineVersion) -> None:
    sent = fields(case, "", guideline=guideline.pk, **{**TYPED, "internal_note": " "})
    response = desk.post(address(case, "escalate"), sent)
    assert response.status_code == 422
    assert "say why a senior" in response.content.decode()
    assert "My words to you." in response.content.decode()
    assert desk.post(address(case, "escalate"), {**sent, "internal_note": "Is this a threat?"}).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.escalation_note) == ("escalated", "Is this a threat?")
    assert desk.post(address(case, "escalate"), {**sent, "internal_note": "Again."}).status_code == 409


def test_what_was_escalated_is_decided_by_a_senior(
    desk: Client, case: Case, senior: User, client: Client, guideline: GuidelineVersion
) -> None:
    desk.post(address(case, "escalate"), fields(case, internal_note="Is this a threat?"))
    page = page_of(desk, case)
    assert "A senior moderator decides this." in page
    assert 'name="outcome"' not in page
    refused = desk.post(address(case, "decide"), fields(case, "remove", guideline=guideline.pk, **TYPED))
    assert refused.status_code == 403
    assert_kept(refused.content.decode(), guideline)
    client.force_login(senior)
    assert "Is this a threat?" in page_of(client, case)
    assert client.post(address(case, "decide"), fields(case)).status_code == 303


def test_undoing_shows_the_card_again(desk: Client, case: Case, held: Comment) -> None:
    desk.post(address(case, "decide"), fields(case))
    decision = Decision.objects.get()
    response = desk.post(f"/moderation/decisions/{decision.pk}/undo/?queue=held")
    assert (response.status_code, response["Location"]) == (303, f"{address(case)}?queue=held")
    assert "Undone: nobody was told" in desk.get(response["Location"]).content.decode()
    held.refresh_from_db()
    assert held.visibility == "held"


def test_too_late_to_undo_is_said(desk: Client, case: Case) -> None:
    desk.post(address(case, "decide"), fields(case))
    path = f"/moderation/decisions/{Decision.objects.get().pk}/undo/"
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        response = desk.post(path, follow=True)
        assert "too late to undo" in response.content.decode()
    assert desk.get(path).status_code == 405
    assert desk.post("/moderation/decisions/999999/undo/").status_code == 404


def test_notes_are_for_staff(desk: Client, case: Case, held: Comment) -> None:
    response = desk.post(f"{address(case, 'note')}?queue=held", {"about": "author", "text": "A regular."})
    assert (response.status_code, response["Location"]) == (303, f"{address(case)}?queue=held#notes")
    answer = desk.post(
        address(case, "note"), {"about": "comment", "text": "Hm."}, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()) == (201, {"text": "Hm.", "by": "keeper"})
    page = page_of(desk, case)
    assert "A regular." in page
    assert "Hm." in page
    assert desk.post(address(case, "note"), {"about": "comment", "text": " "}).status_code == 422
    assert desk.post(address(case, "note"), {"about": "me", "text": "x"}).status_code == 400


def test_from_a_thread_to_the_card(desk: Client, moderator: User, article: Article) -> None:
    comment = make_comment(article)
    path = f"/moderation/comments/{comment.pk}/open/"
    response = desk.post(path)
    case = Case.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"{address(case)}?queue=sampled")
    assert (case.queue, case.claimed_by) == ("sampled", moderator)
    desk.post(path)
    assert Case.objects.count() == 1
    assert path in desk.get(article.get_absolute_url()).content.decode()


def test_from_a_thread_to_the_case_that_waits_already(desk: Client, case: Case) -> None:
    assert desk.post(f"/moderation/comments/{case.comment_id}/open/")["Location"] == f"{address(case)}?queue=held"


def test_ones_own_comment_and_what_is_gone_have_no_card(
    desk: Client, client: Client, moderator: User, article: Article, reader: User
) -> None:
    own = make_comment(article, by=moderator)
    assert desk.post(f"/moderation/comments/{own.pk}/open/").status_code == 403
    assert f"/moderation/comments/{own.pk}/open/" not in desk.get(article.get_absolute_url()).content.decode()
    gone = make_comment(article, visibility="withdrawn")
    for pk in (gone.pk, 999_999):
        assert desk.post(f"/moderation/comments/{pk}/open/").status_code == 404
    client.force_login(reader)
    assert client.post(f"/moderation/comments/{own.pk}/open/").status_code == 403
    assert not Case.objects.exists()


def test_the_card_shows_the_passage_that_the_comment_is_about(desk: Client) -> None:
    comment = comment_on(write_article(), body="So do I.")
    with transaction.atomic():
        case = open_case(comment, queue="sampled", severity=0)
    page = page_of(desk, case)
    assert "The passage it is about" in page
    assert WORDS in page
    assert f"/passages/{comment.passage_id}/" in page
