"""Every template at once: it compiles, links to what exists, and keeps to the Content-Security-Policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Engine
from django.template.base import NodeList
from django.template.loader import get_template
from django.template.loader_tags import BlockNode
from django.urls import URLResolver, get_resolver

FOLDER = Path(__file__).resolve().parent.parent / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
PAGES = [name for name in TEMPLATES if name.endswith("/page.html")]
HTML = [name for name in TEMPLATES if name.endswith(".html")]


def _source(name: str) -> str:
    return (FOLDER / name).read_text()


def _names(resolver: URLResolver, prefix: str = "") -> set[str]:
    found = {prefix + name for name in resolver.reverse_dict if isinstance(name, str)}
    for namespace, (_path, inner) in resolver.namespace_dict.items():
        found |= _names(inner, f"{prefix}{namespace}:")
    return found


def test_there_are_templates() -> None:
    assert len(PAGES) >= 8
    assert "base.html" in HTML


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_its_title(name: str) -> None:
    nodes: NodeList = Engine.get_default().get_template(name).nodelist
    blocks = {node.name: node.nodelist for node in nodes.get_nodes_by_type(BlockNode) if isinstance(node, BlockNode)}
    # Pages built on allauth's layout fill the block that it has for this.
    title = blocks.get("title") or blocks.get("head_title")
    assert title, "a page without a title of its own has the site's name in every tab"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_headline(name: str) -> None:
    included = re.findall(r'{% include "([^"]+)"', _source(name))
    headlines = sum(source.count("<h1") for source in map(_source, [name, *included]))
    branches = _source(name).count("{% else %}")
    assert 1 <= headlines <= 1 + branches


_URL = re.compile(r"""{%\s*url\s+["']([^"']+)["']""")


@pytest.mark.parametrize("name", HTML)
def test_it_links_to_what_exists(name: str) -> None:
    assert set(_URL.findall(_source(name))) <= _names(get_resolver())


#: What the policy would block, or what would tell others who reads here.
_FORBIDDEN = {
    "a style attribute": re.compile(r"""\sstyle\s*="""),
    "a style element": re.compile(r"<style\b"),
    "an event handler": re.compile(r"""\son[a-z]+\s*=\s*["']"""),
    "a script in the page": re.compile(r"""<script(?![^>]*(?:\bsrc=|type="application/json"))"""),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from another host": re.compile(r"""(?:src|action|data|poster|srcset)\s*=\s*["'](?:https?:)?//"""),
    "a link to another host": re.compile(r"""href\s*=\s*["'](?:https?:)?//"""),
    "an address of this machine": re.compile(r"localhost|127\.0\.0\.1"),
}


@pytest.mark.parametrize("name", HTML)
def test_it_keeps_to_the_policy(name: str) -> None:
    source = _source(name)
    assert [what for what, pattern in _FORBIDDEN.items() if pattern.search(source)] == []


@pytest.mark.parametrize(
    ("what", "source"),
    [
        ("a style attribute", '<p style="color:red">'),
        ("an event handler", '<p onclick="x()">'),
        ("a script in the page", "<script>x()</script>"),
        ("something from another host", '<img src="//cdn.example/x.png">'),
        ("a link to another host", '<a href="https://example.org/">'),
    ],
)
def test_the_policy_check_bites(what: str, source: str) -> None:
    assert _FORBIDDEN[what].search(source)
    assert not _FORBIDDEN[what].search('<script src="{% static "js/main.js" %}" type="module"></script>')
