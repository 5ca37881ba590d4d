"""The one test that every address in a text has to pass, and the canonical form in which it is shown.

An address is taken apart by the standard library's parser, each part is checked against a closed set of ASCII
characters, and the result is put together again from those parts. What a browser reads is therefore exactly what was
checked: no second parser gets to see the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

MAX_URL_LENGTH = 2000
_BAD_CHARACTER = re.compile(r"[\x00-\x20\x7f\\]")
DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# At least two labels and a top level that starts with a letter: no `localhost`, no address of a router, no `0x7f.1`.
_HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])\Z", re.ASCII)
_WORD_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?\Z")
_MAILBOX = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?=[A-Za-z0-9_+-])){0,63}\Z", re.ASCII)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})", re.ASCII)
_SITE_PATH = re.compile(
    r"/(?:[A-Za-z0-9._~@%+=-]+/)*[A-Za-z0-9._~@%+=-]*(?:\?[A-Za-z0-9._~@%+=&-]*)?(?:#[A-Za-z0-9._~-]*)?\Z", re.ASCII
)
_IMAGE_PATH = re.compile(
    r"/(?:media|static)/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*"
    r"\.(?:avif|gif|jpe?g|png|svg|webp)\Z",
    re.ASCII,
)
_SAFE = "!$&()*+,;=:@/-._~%"


@dataclass(frozen=True)
class Address:
    """A checked address. `label` is what tells a reader where it leads: the host, or the mail address."""

    href: str
    label: str
    # The host has letters outside ASCII, or is punycode: look-alikes hide there, so it is shown and not linked.
    international: bool = False


def parse_address(raw: str) -> Address | None:
    """Return the canonical http, https or mailto address of `raw`, or None when it is anything else.

    Refused: other schemes, relative addresses, user names and passwords, backslashes, spaces and controls, hosts
    without a dot, IP addresses, mail addresses with headers (`?`), anything longer than `MAX_URL_LENGTH`.
    """
    raw = raw.strip(" ")
    if not raw or len(raw) > MAX_URL_LENGTH or _BAD_CHARACTER.search(raw):
        return None
    try:
        parts = urlsplit(raw)
        if parts.scheme == "mailto":
            return _parse_mail(raw)
        if parts.scheme in ("http", "https"):
            return _parse_web(raw, parts)
    except ValueError:
        # The parser's own refusals: ports that are no numbers, unbalanced brackets, hosts that change under NFKC.
        return None
    return None


def _parse_mail(raw: str) -> Address | None:
    mailbox, at, domain = raw[len("mailto:") :].partition("@")
    domain = domain.lower()
    if not at or not _MAILBOX.match(mailbox) or not _HOST.match(domain) or "xn--" in domain:
        return None
    label = f"{mailbox}@{domain}"
    return Address(f"mailto:{label}", label)


def _parse_web(raw: str, parts: SplitResult) -> Address | None:
    # `https:example.org` and `https:///example.org` are read as hosts by browsers and as paths by this parser.
    if not raw[len(parts.scheme) :].startswith("://") or not parts.netloc or "@" in parts.netloc:
        return None
    host, colon, port = parts.netloc.partition(":")
    if colon and port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return None
    name = host_name(host)
    if name is None:
        return None
    path, query, fragment = (_encode(part) for part in (parts.path, parts.query, parts.fragment))
    href = f"{parts.scheme}://{name}" + (f":{int(port)}" if port else "")
    href += path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return Address(href, name, international="xn--" in name)


def host_name(host: str) -> str | None:
    """Return a host in the ASCII form that browsers look up (lower case, punycode), None if it cannot be one."""
    host = unicodedata.normalize("NFKC", host.translate(DOTS)).lower().removesuffix(".")
    labels = host.split(".")
    if not host.isascii():
        if not all(_WORD_LABEL.match(_bare(label)) for label in labels):
            return None
        host = ".".join(_to_ascii(label) for label in labels)
    return host if _HOST.match(host) else None


def _bare(label: str) -> str:
    """Return a label without combining marks, which are no word characters and yet part of words."""
    return "".join(char for char in label if unicodedata.category(char)[0] != "M")


def _to_ascii(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _encode(part: str) -> str:
    return _LONE_PERCENT.sub("%25", quote(part, safe=_SAFE, errors="replace"))


def is_site_path(raw: str) -> bool:
    """Tell whether `raw` is an absolute path on this site: one leading slash, plain characters, no way to a host."""
    return len(raw) <= MAX_URL_LENGTH and bool(_SITE_PATH.match(raw))


def is_image_path(raw: str) -> bool:
    """Tell whether `raw` is a picture among the site's own files. Other paths could be actions that a GET triggers."""
    return len(raw) <= MAX_URL_LENGTH and bool(_IMAGE_PATH.match(raw))
