"""The screen that asks the rules of the site, and what it hands on to be written down with the comment."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from discussions.screening import Allow, Draft, Hold, Nudge, Verdict
from moderation import access
from moderation.models import GuidelineText
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


class RulesScreen:
    """The screen that `COMMENT_SCREENS` names: a query for what the rules are, and one for each thing that they ask.

    When it fails, nothing is lost and nothing is held because of it: the comment is put before a moderator.
    """

    def screen(self, draft: Draft) -> Verdict:
        """Return what the live rules say; what was found goes along with the draft."""
        try:
            with transaction.atomic():  # a query that fails must not take the comment along
                finding, verdict = _judged(draft)
        except Exception:
            log.exception("rules could not be asked")
            finding, verdict = Finding(is_unknown=True), Allow()
        draft.findings.append(finding)
        return verdict


def _judged(draft: Draft) -> tuple[Finding, Verdict]:
    rules = rules_in_use()
    facts = facts_of(draft, rules.live.keys)
    live = rules.live.ask(facts)
    watched = _watched(rules, draft)
    if not (live.hits or live.is_cut_short or watched):
        return Finding(), Allow()
    # Who somebody is costs queries, so it is asked only when it matters.
    if access.may(draft.by, "decide"):
        return Finding(), Allow()
    verdict = _verdict(live)
    reason = verdict.reason if isinstance(verdict, Hold) else ""
    return Finding(live, watched, reason, is_unknown=live.is_cut_short), verdict


def _watched(rules: InUse, draft: Draft) -> tuple[Hit, ...]:
    """Return what the watched rules say. Whatever happens to them, the live ones have spoken."""
    if not rules.watched.rules:
        return ()
    try:
        with transaction.atomic():
            return rules.watched.ask(facts_of(draft, rules.watched.keys)).hits
    except Exception:
        log.exception("watched rules could not be asked")
        return ()


def _verdict(outcome: Outcome) -> Verdict:
    hit = outcome.deciding
    if hit is None:
        return Allow()
    guideline = best_guideline(hit.rule.definition.guideline)
    if outcome.effect in (Effect.HOLD, Effect.REJECT_SPAM):
        return Hold(_hold_reason(guideline))
    return Nudge(_hint(hit, guideline))


def _hold_reason(guideline: GuidelineText | None) -> str:
    if guideline is None:
        return _("A rule of this site asks for a moderator to read it first.")
    said = {"n": guideline.version.guideline.number, "title": guideline.title}
    return _("A moderator reads it first, because of guideline %(n)d: %(title)s.") % said


def _hint(hit: Hit, guideline: GuidelineText | None) -> str:
    """Return the hint: the message of the rule, the words that it is about, the guideline, and what comes of either."""
    message = next(str(action.argument) for action in hit.actions if action.effect != Effect.NONE)
    words = list(dict.fromkeys(" ".join(mark.words.split()) for mark in hit.marks))[:WORDS_NAMED]
    parts = [message]
    if words:
        parts.append(_("It is about these words: %(words)s.") % {"words": ", ".join(f"“{word}”" for word in words)})
    if guideline is not None:
        said = {"n": guideline.version.guideline.number, "title": guideline.title}
        parts.append(_("Guideline %(n)d: %(title)s.") % said)
    parts.append(_("You can change the text, or post it as it is: then a moderator reads it first."))
    return " ".join(parts)
