"""PHP's serialised values, and wpDiscuz's votes in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.importing.fields import vote_sums
from discussions.importing.php import PhpError, PhpValue, unserialize


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("N;", None),
        ("b:1;", True),
        ("i:-7;", -7),
        ("d:0.5;", 0.5),
        ("d:1.0E+25;", 1e25),
        ('s:0:"";', ""),
        ('s:5:"Grün";', "Grün"),
        ('s:4:"";a:";', '";a:'),
        ("a:0:{}", {}),
        ('a:2:{s:4:"like";i:5;s:7:"dislike";i:2;}', {"like": 5, "dislike": 2}),
        ('a:1:{i:0;a:1:{i:1;s:1:"x";}}', {0: {1: "x"}}),
    ],
)
def test_plain_values_are_read(text: str, value: PhpValue) -> None:
    assert unserialize(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "i:5",
        "i:5;i:6;",
        'O:8:"stdClass":0:{}',
        'C:1:"X":0:{}',
        "r:1;",
        "R:1;",
        'E:3:"A:B";',
        's:10:"short";',
        's:4:"Grün";',
        "a:2:{i:0;i:1;}",
        "a:1:{N;i:1;}",
        "a:1:{b:1;i:1;}",
        "a:1:{i:0;i:1;",
        "a:99999:{}",
        "a:999999999:{}",
        's:999999999:"x";',
        "d:1.2.3;",
        "i:99999999999999999999;",
        "a:1:{i:0;" * 30 + "N;" + "}" * 30,
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(PhpError):
        unserialize(text)


def _written(value: PhpValue) -> str:
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    assert isinstance(value, dict)
    return f"a:{len(value)}:{{{''.join(_written(key) + _written(one) for key, one in value.items())}}}"


_texts = st.text(st.characters(codec="utf-8"), max_size=9)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | _texts,
    lambda inner: st.dictionaries(st.integers(0, 99) | _texts, inner, max_size=4),
    max_leaves=12,
)


@given(_values)
def test_what_php_writes_comes_back(value: PhpValue) -> None:
    assert unserialize(_written(value)) == value


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        unserialize(text)
    except PhpError:
        return


@pytest.mark.parametrize(
    ("notes", "sums"),
    [
        ({}, (0, 0)),
        ({"wpdiscuz_votes": "4"}, (4, 0)),
        ({"wpdiscuz_votes": "-3"}, (0, 3)),
        ({"wpdiscuz_votes": "0"}, (0, 0)),
        ({"wpdiscuz_votes": "x"}, None),
        ({"wpdiscuz_votes": "99999999999"}, None),
        ({"wpdiscuz_votes_seperate": 'a:2:{s:4:"like";i:5;s:7:"dislike";i:2;}', "wpdiscuz_votes": "3"}, (5, 2)),
        ({"wpdiscuz_votes_seperate": 'a:2:{s:4:"like";s:1:"5";s:7:"dislike";i:-2;}'}, (5, 2)),
        ({"wpdiscuz_votes_seperate": 'a:1:{s:4:"like";i:1;}'}, (1, 0)),
        ({"wpdiscuz_votes_seperate": 'a:1:{s:4:"like";s:3:"lot";}'}, None),
        ({"wpdiscuz_votes_seperate": 'O:8:"stdClass":0:{}'}, None),
        ({"wpdiscuz_votes_seperate": "i:5;"}, None),
    ],
)
def test_votes_are_read_from_the_notes(notes: dict[str, str], sums: tuple[int, int] | None) -> None:
    assert vote_sums(notes) == sums
