"""Safe HTML as Markdown, so that the text of an imported article can be edited like any other. Pure.

It reads what `discussions.markup.render_imported_html` writes: balanced elements of a short list, not nested deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "blockquote", "ul", "ol", "li", "pre"})
_WRAPPED = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|&])")
#: What would begin a heading, a list, a rule or a table at the start of a line.
_AT_START = re.compile(r"^([ \t]*)(#|[-+=:](?=\s|$|[-=])|\d{1,9}(?=[.)]))(?:([.)]))?", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)


@dataclass(slots=True)
class _Node:
    name: str
    href: str = ""
    parts: list[_Node | str] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, dict(attrs).get("href") or "")
        self.open[-1].parts.append(node)
        if tag != "br":
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].name == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def to_markdown(html: str) -> str:
    """Return Markdown that renders to the same paragraphs, lists, quotes, code and emphasis."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return _blocks(tree.open[0])


def _blocks(node: _Node) -> str:
    """Return the node's blocks, a blank line between them; loose text between blocks becomes a paragraph."""
    done: list[str] = []
    loose = _Node("p")
    for part in [*node.parts, _Node("end")]:
        if isinstance(part, str) or part.name not in (_BLOCKS | {"end"}):
            loose.parts.append(part)
            continue
        done.append(_paragraph(loose))
        loose = _Node("p")
        done.append(_block(part))
    return "\n\n".join(block for block in done if block.strip())


def _block(node: _Node) -> str:
    if node.name == "pre":
        return _fenced(_plain(node).strip("\n"))
    if node.name in ("ul", "ol"):
        items = [part for part in node.parts if isinstance(part, _Node)]
        return "\n".join(_item(item, f"{n}. " if node.name == "ol" else "- ") for n, item in enumerate(items, 1))
    if node.name == "blockquote":
        return _indent(_blocks(node), "> ", "> ")
    return _blocks(node) if node.name == "li" or _has_blocks(node) else _paragraph(node)


def _item(node: _Node, marker: str) -> str:
    return _indent(_blocks(node), marker, " " * len(marker))


def _indent(text: str, first: str, rest: str) -> str:
    before = [first, *[rest] * text.count("\n")]
    return "\n".join((start + line).rstrip() for start, line in zip(before, text.split("\n"), strict=True))


def _has_blocks(node: _Node) -> bool:
    return any(isinstance(part, _Node) and part.name in _BLOCKS for part in node.parts)


def _paragraph(node: _Node) -> str:
    lines = [line.strip() for line in _inline(node).split("\n")]
    return _AT_START.sub(_escaped_start, "\n".join(line for line in lines if line))


def _escaped_start(match: re.Match[str]) -> str:
    if match[3]:
        return f"{match[1]}{match[2]}\\{match[3]}"
    return match[0] if match[2].isdigit() else f"{match[1]}\\{match[2]}"


def _inline(node: _Node) -> str:
    return "".join(_escaped(part) if isinstance(part, str) else _span(part) for part in node.parts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text))


def _span(node: _Node) -> str:
    if node.name == "br":
        return "\n"
    if node.name == "code":
        return _code(_SPACE.sub(" ", _plain(node)))
    inside = _inline(node)
    edges = _EDGES.match(inside)
    assert edges is not None
    before, text, after = edges.groups()
    if not text:
        return inside
    if node.name == "a" and node.href:
        target = node.href.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
        return f"{before}[{text}](<{target}>){after}"
    mark = _WRAPPED.get(node.name, "")
    return f"{before}{mark}{text}{mark}{after}"


def _code(text: str) -> str:
    if not text.strip():
        return text
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fenced(text: str) -> str:
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _plain(node: _Node) -> str:
    if node.name == "br":
        return "\n"
    return "".join(part if isinstance(part, str) else _plain(part) for part in node.parts)
