"""The screen that asks the plug-ins. It allows everything: what a signal leads to, the rules say."""

from __future__ import annotations

from discussions.screening import Allow, Draft, Verdict
from moderation.fingerprints import print_of
from moderation.keys import key_for
from moderation.queries.rule_facts import facts_of
from moderation.rules.facts import Facts
from moderation.scores.asking import ask_each, keys_of, scorers
from moderation.scores.heard import Answer, Heard


class SignalsScreen:
    """The screen that `COMMENT_SCREENS` names, before the rules: they read what it has heard.

    Where it fails, the rules do not know, and a rule that does not know holds nothing. What a policy holds is held by
    another screen and does not depend on this one.
    """

    def screen(self, draft: Draft) -> Verdict:
        """Hand on what the plug-ins say of the draft, and by what its text is recognised."""
        wanted = scorers()
        facts = facts_of(draft, keys_of(wanted))
        answers = tuple(_with_places(answer, facts) for answer in ask_each(wanted, facts))
        draft.findings.append(Heard(answers, print_of(facts.reading.own, key_for("fingerprint"))))
        return Allow()


def _with_places(answer: Answer, facts: Facts) -> Answer:
    own = facts.reading.own
    places = [(start, end, own[start:end]) for start, end in answer.signal.spans if 0 <= start < end <= len(own)]
    return Answer(answer.signal, answer.trouble, tuple(places))
