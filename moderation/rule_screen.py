"""The screen that asks the rules of the site, and what it hands on to be written down with the comment."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import randbelow

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.database import savepoint_if_asked
from discussions.models import Comment
from discussions.screening import Allow, Draft, Hold, Nudge, Verdict
from moderation import access
from moderation.models import GuidelineText
from moderation.networks import hashed_network
from moderation.queries.guidelines import best_guideline
from moderation.queries.rule_facts import facts_of
from moderation.queries.ruleset import InUse, rules_in_use
from moderation.rules.engine import Hit, Outcome
from moderation.rules.vocabulary import Effect

log = logging.getLogger(__name__)
#: Of what a rule has found, the words that a hint names.
WORDS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules said of a draft. `actions.rule_hits` writes it down in the transaction of the comment."""

    live: Outcome = field(default_factory=Outcome)
    watched: tuple[Hit, ...] = ()
    #: What the author is told when the comment is held because of it.
    reason: str = ""
    #: The rules could not be asked, or not all of them: a person has to look.
    is_unknown: bool = False
    #: What had happened: one of `EVENTS`.
    event: str = "post"
    #: Of a sample, the seconds that each rule took.
    times: Mapping[int, float] = field(default_factory=dict)
    #: To be kept for rules that count by it: `networks.hashed_network`.
    network: str = ""
    #: What the author is to think over before posting.
    hint: Nudge | None = None


class RulesScreen:
    """The screen that `COMMENT_SCREENS` names: a query for what the rules are, and one for each thing that they ask.

    When it fails, nothing is lost and nothing is held because of it: the comment is put before a moderator.
    """

    def screen(self, draft: Draft) -> Verdict:
        """Return what the live rules say; what was found goes along with the draft."""
        event = "edit" if draft.editing else "post"
        try:
            with savepoint_if_asked():  # a query that fails must not take the comment along
                finding = _judged(draft, rules_in_use(), event)
                verdict = _verdict(finding)
        except Exception:
            log.exception("rules could not be asked")
            finding, verdict = Finding(is_unknown=True, event=event), Allow()
        draft.findings.append(finding)
        return verdict


def judged_report(comment: Comment, rules: InUse) -> Finding:
    """Return what the rules for reports say of a comment that a reader has reported, as it stands now."""
    author = comment.author or comment.guest
    assert author is not None
    draft = Draft(comment.article, comment.parent, author, comment.body, comment.html, editing=comment)
    return _judged(draft, rules, "report")


def _judged(draft: Draft, rules: InUse, event: str) -> Finding:
    times: dict[int, float] | None = {} if randbelow(10_000) < 100 * settings.RULE_TIMES_PERCENT else None
    live = rules.live.ask(facts_of(draft, rules.live.keys(event), event), times=times)
    watched = _watched(rules, draft, event, times)
    network = hashed_network(draft.network) if rules.keeps_networks else ""
    # Who somebody is costs queries, so it is asked only when it matters.
    if not (live.hits or live.is_cut_short or watched) or access.may(draft.by, "decide"):
        return Finding(event=event, times=times or {}, network=network)
    guideline = best_guideline(live.deciding.rule.definition.guideline) if live.deciding else None
    reason = _hold_reason(guideline) if live.effect in (Effect.HOLD, Effect.REJECT_SPAM) else ""
    hint = _hint(live.deciding, guideline) if live.deciding and not reason else None
    return Finding(live, watched, reason, live.is_cut_short, event, times or {}, network, hint)


def _watched(rules: InUse, draft: Draft, event: str, times: dict[int, float] | None) -> tuple[Hit, ...]:
    """Return what the watched rules say. Whatever happens to them, the live ones have spoken."""
    if not rules.watched.is_asked(event):
        return ()
    try:
        with savepoint_if_asked():
            return rules.watched.ask(facts_of(draft, rules.watched.keys(event), event), times=times).hits
    except Exception:
        log.exception("watched rules could not be asked")
        return ()


def _verdict(finding: Finding) -> Verdict:
    if finding.hint is not None:
        return finding.hint
    return Hold(finding.reason) if finding.live.effect != Effect.NONE else Allow()


def _hold_reason(guideline: GuidelineText | None) -> str:
    if guideline is None:
        return _("A rule of this site asks for a moderator to read it first.")
    said = {"n": guideline.version.guideline.number, "title": guideline.title}
    return _("A moderator reads it first, because of guideline %(n)d: %(title)s.") % said


def _hint(hit: Hit, guideline: GuidelineText | None) -> Nudge:
    """Return the hint: the message of the rule, the words that it is about, and the guideline."""
    message = next(str(action.argument) for action in hit.actions if action.effect != Effect.NONE)
    words = tuple(dict.fromkeys(" ".join(mark.words.split()) for mark in hit.marks))[:WORDS_NAMED]
    if guideline is None:
        return Nudge(message, words)
    said = {"n": guideline.version.guideline.number, "title": guideline.title}
    link = f"{reverse('moderation:guidelines')}#g{guideline.version.guideline.number}"
    return Nudge(message, words, link, _("Guideline %(n)d: %(title)s.") % said)
