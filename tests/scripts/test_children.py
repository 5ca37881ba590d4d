"""What a program that we run finds in its environment."""

from __future__ import annotations

from scripts.children import COMPILED, compiled_once


def test_what_python_compiled_is_kept_out_of_a_checkout_that_has_to_stay_clean() -> None:
    asked = {"LANG": "de", "PYTHONDONTWRITEBYTECODE": "1"}
    assert compiled_once(asked) == {"LANG": "de", "PYTHONPYCACHEPREFIX": str(COMPILED)}


def test_a_folder_that_somebody_chose_for_it_stays_theirs() -> None:
    asked = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/elsewhere"}
    assert compiled_once(asked) == {"PYTHONPYCACHEPREFIX": "/elsewhere"}


def test_where_python_may_write_nothing_changes() -> None:
    assert compiled_once({"LANG": "de"}) == {"LANG": "de"}
