"""Random discussions: whatever readers and moderators do, the tree shows what the rules say and every count is right.

The machine keeps a discussion of its own in plain dictionaries, by the rules as a reader would tell them, and compares.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django import Settings

from accounts.models import Guest, User
from accounts.participants import Participant
from core.errors import Refused
from discussions.actions.edit import edit_comment
from discussions.actions.guests import claim_comments, count_guest_votes
from discussions.actions.post import post_comment
from discussions.actions.recount import recount
from discussions.actions.visibility import set_visibility
from discussions.actions.vote import cast_vote
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment, Visibility, Vote
from discussions.screening import Allow, Draft, Hold, Verdict
from tests.factories import make_article, make_guest, make_user

HELD, PUBLIC, COLLAPSED, REMOVED, WITHDRAWN = Visibility
READABLE = (PUBLIC, COLLAPSED)

which = st.integers(0, 11)
place = st.none() | which
rarely = st.sampled_from([False, False, False, True])
person = st.sampled_from(["member0", "member1", "member2", "guest0", "guest1"])


class Screen:
    """Holds what the machine wants to be held."""

    holds = False

    def screen(self, draft: Draft) -> Verdict:
        return Hold("On request.") if self.holds else Allow()


class Node:
    """A comment as the machine remembers it."""

    def __init__(self, pk: int, parent: Node | None, author: str, visibility: Visibility) -> None:
        self.pk, self.parent, self.author, self.visibility = pk, parent, author, visibility
        self.replies: list[Node] = []
        self.was_public = visibility in READABLE
        self.revision = 1
        self.votes: dict[str, int] = {}
        if parent:
            parent.replies.append(self)

    def show(self, to: Visibility) -> None:
        self.visibility = to
        self.was_public = self.was_public or to in READABLE

    @property
    def is_listed(self) -> bool:
        seen_removal = self.visibility == REMOVED and self.was_public
        return self.visibility in READABLE or seen_removal or any(reply.is_listed for reply in self.replies)

    def below(self) -> list[Node]:
        return [node for reply in self.replies for node in (reply, *reply.below())]


class Discussion(RuleBasedStateMachine):
    """One article, five people, everything they can do."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        Screen.holds = False
        self.article = make_article()
        self.people: dict[str, Participant] = {f"member{n}": make_user() for n in range(3)}
        self.people |= {f"guest{n}": make_guest(email=f"g{n}@example.org") for n in range(2)}
        self.confirmed: set[str] = {name for name in self.people if name.startswith("member")}
        self.nodes: list[Node] = []

    def teardown(self) -> None:
        left_to_repair = recount(repair=False)
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        assert left_to_repair == []

    def pick(self, n: int) -> Node:
        return self.nodes[n % len(self.nodes)]

    def who(self, name: str) -> str:
        """Return the name, or somebody else's when this guest has become a member."""
        return name if name in self.people else "member1"

    def attempt(self, is_allowed: bool, action: Callable[[], Any]) -> Any:
        """Return what the action returns when the rules allow it; it must be refused when they do not."""
        if is_allowed:
            return action()
        # What somebody may not even know of is not there for them.
        with pytest.raises((Refused, Http404)):
            action()
        return None

    @initialize(
        shape=st.lists(st.tuples(place, person), min_size=5, max_size=9),
        votes=st.lists(st.tuples(which, person, st.sampled_from([1, -1])), min_size=5, max_size=9),
    )
    def begin(self, shape: list[tuple[int | None, str]], votes: list[tuple[int, str, int]]) -> None:
        """Let some people talk and vote first, so that what follows has something to happen to."""
        for n, name in shape:
            self.write(n, name, holds=False)
        for n, name, value in votes:
            self.give(n, name, value)

    @rule(n=place, name=person, holds=st.booleans())
    def post(self, n: int | None, name: str, holds: bool) -> None:
        self.write(n, self.who(name), holds=holds)

    def write(self, n: int | None, name: str, *, holds: bool) -> None:
        Screen.holds = holds
        parent = self.pick(n) if self.nodes and n is not None else None
        posted = self.attempt(
            parent is None or parent.visibility in READABLE,
            lambda: post_comment(
                article=self.article,
                by=self.people[name],
                body=f"Wet, {len(self.nodes)}.",
                parent=Comment.objects.get(pk=parent.pk) if parent else None,
                key=uuid.uuid4(),
            ),
        )
        if posted:
            self.nodes.append(Node(posted.comment.pk, parent, name, HELD if holds else PUBLIC))

    @rule(n=which, to=st.sampled_from([HELD, PUBLIC, COLLAPSED, REMOVED]))
    def decide(self, n: int, to: Visibility) -> None:
        node = self.pick(n)
        comment = Comment.objects.get(pk=node.pk)
        is_allowed = node.visibility != WITHDRAWN
        change = self.attempt(is_allowed, lambda: set_visibility(comment, to, by=None, reason="A reason."))
        if is_allowed:
            assert (change is None) == (node.visibility == to)
            node.show(to)

    @rule(n=which)
    def withdraw(self, n: int) -> None:
        node = self.pick(n)
        comment = Comment.objects.get(pk=node.pk)
        is_allowed = node.visibility != REMOVED
        self.attempt(is_allowed, lambda: withdraw_comment(comment, by=self.people[node.author]))
        if is_allowed:
            node.show(WITHDRAWN)

    @rule(n=which, name=person, value=st.sampled_from([1, -1, 0]))
    def vote(self, n: int, name: str, value: int) -> None:
        self.give(n, self.who(name), value)

    def give(self, n: int, name: str, value: int) -> None:
        node = self.pick(n)
        is_allowed = node.visibility in READABLE and node.author != name
        comment = Comment.objects.get(pk=node.pk)
        tally = self.attempt(is_allowed, lambda: cast_vote(comment, by=self.people[name], value=value))
        if tally:
            node.votes[name] = value
            assert (tally.up, tally.down, tally.mine) == (*self.counts(node), value)

    @rule(n=which, holds=rarely)
    def edit(self, n: int, holds: bool) -> None:
        Screen.holds, node = holds, self.pick(n)
        comment = Comment.objects.get(pk=node.pk)
        body = f"Wet, said {node.revision} times."
        edited = self.attempt(
            node.visibility in (*READABLE, HELD),
            lambda: edit_comment(comment, by=self.people[node.author], body=body, revision=node.revision),
        )
        if edited:
            node.revision += 1
            node.show(HELD if holds else node.visibility)

    @rule(name=st.sampled_from(["guest0", "guest1"]))
    def confirm(self, name: str) -> None:
        if name in self.people:
            Guest.objects.filter(pk=self.people[name].pk).update(email_confirmed_at=timezone.now())
            count_guest_votes(guest=self.guest(name))
            self.confirmed.add(name)

    @rule(name=st.sampled_from(["guest0", "guest1"]), member=st.sampled_from(["member0", "member1"]), now=rarely)
    def claim(self, name: str, member: str, now: bool) -> None:
        if not now or name not in self.people:
            return
        claim_comments(user=self.member(member), guest=self.guest(name))
        del self.people[name]
        for node in self.nodes:
            node.author = member if node.author == name else node.author
            value = node.votes.pop(name, 0)
            if value and not node.votes.get(member):
                node.votes[member] = value
            if node.author == member:
                node.votes.pop(member, None)

    def guest(self, name: str) -> Guest:
        guest = self.people[name]
        assert isinstance(guest, Guest)
        return guest

    def member(self, name: str) -> User:
        member = self.people[name]
        assert isinstance(member, User)
        return member

    def counts(self, node: Node) -> tuple[int, int]:
        values = [value for name, value in node.votes.items() if name in self.confirmed]
        return values.count(1), values.count(-1)

    @invariant()
    def rows_say_what_the_rules_say(self) -> None:
        rows = {row.pk: row for row in Comment.objects.filter(article=self.article)}
        assert set(rows) == {node.pk for node in self.nodes}
        for node in self.nodes:
            row, below = rows[node.pk], node.below()
            assert row.visibility == node.visibility
            assert row.is_listed == node.is_listed
            assert row.reply_count == sum(reply.is_listed for reply in node.replies)
            assert row.branch_count == (0 if node.parent else sum(reply.is_listed for reply in below))
            assert (row.up_count, row.down_count) == self.counts(node)
            assert (row.published_at is not None) == node.was_public
            assert row.is_by(self.people[node.author])
        readable = sum(node.visibility in READABLE for node in self.nodes)
        assert Article.objects.get(pk=self.article.pk).comment_count == readable

    @invariant()
    def everybody_has_the_votes_they_gave(self) -> None:
        given = {
            (node.pk, self.people[name], value) for node in self.nodes for name, value in node.votes.items() if value
        }
        votes = Vote.objects.select_related("member", "guest")
        assert {(vote.comment_id, vote.member or vote.guest, vote.value) for vote in votes} == given
        assert not [node for node in self.nodes if node.author in node.votes]


@pytest.mark.django_db
def test_random_discussions(settings: Settings) -> None:
    settings.COMMENT_SCREENS = [f"{__name__}.Screen"]
    settings.GUESTS_MAY_VOTE = True
    run_state_machine_as_test(Discussion, settings=hypothesis_settings(max_examples=15, stateful_step_count=25))
