"""The table of states: every pair of state and event, said once more by hand."""

from __future__ import annotations

import itertools

import pytest

from moderation.transitions import FINAL, TABLE, WAITING, Event, IllegalTransition, State, after

#: Written from the design, not from the table: a change of either has to be made twice.
WAYS = """
    open      claim     claimed
    open      escalate  escalated
    open      decide    decided
    open      erase     void
    claimed   claim     claimed
    claimed   release   open
    claimed   escalate  escalated
    claimed   decide    decided
    claimed   erase     void
    escalated decide    decided
    escalated erase     void
    decided   undo      undone
    decided   appeal    appealed
    decided   erase     void
    undone    reopen    open
    undone    erase     void
    appealed  uphold    upheld
    appealed  overturn  overturned
    appealed  erase     void
"""
LEGAL = {(State(a), Event(e)): State(b) for a, e, b in map(str.split, WAYS.strip().splitlines())}
PAIRS = list(itertools.product(State, Event))


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda one: str(one.value))
def test_every_state_and_event(state: State, event: Event) -> None:
    if (state, event) in LEGAL:
        assert after(state, event) == after(state.value, event) == LEGAL[state, event]
        return
    with pytest.raises(IllegalTransition, match=state.value) as raised:
        after(state, event)
    assert (raised.value.state, raised.value.event) == (state, event)


def test_the_table_is_the_design() -> None:
    assert TABLE == LEGAL
    assert len(PAIRS) == len(State) * len(Event) == 90


def test_a_word_that_is_no_state_is_refused() -> None:
    with pytest.raises(ValueError, match="pending"):
        after("pending", Event.DECIDE)


def test_every_waiting_case_can_be_decided_and_no_other() -> None:
    assert {state for state, event in TABLE if event == Event.DECIDE} == WAITING


def test_nothing_leads_out_of_what_is_final() -> None:
    assert not FINAL & {state for state, _event in TABLE}


def test_from_everywhere_there_is_an_end() -> None:
    ends = set(FINAL)
    while more := {state for (state, _event), to in TABLE.items() if to in ends} - ends:
        ends |= more
    assert ends == set(State)
