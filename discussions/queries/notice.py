"""The notice above every discussion."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from discussions import freshness, markup
from discussions.models import Notice

#: Other processes of this site show an edit after this many seconds.
CACHE_SECONDS = 60


def notice_html(language: str) -> SafeString:
    """Return the editors' notice in `language` as safe HTML, or the built-in words where they wrote none.

    Empty when the editors switched the notice off. At most one query a minute and process.
    """
    cache = caches["process"]
    html: str | None = cache.get(_key(language))
    if html is None:
        html = _read(language)
        cache.set(_key(language), html, CACHE_SECONDS)
    # Either way it comes out of our own renderer.
    return mark_safe(html)  # noqa: S308


def forget_notices() -> None:
    """Let this process read the notices again, after one was changed; no page that was made before is served."""
    caches["process"].delete_many([_key(code) for code, _name in settings.LANGUAGES])
    freshness.announce_site()


def built_in_words(language: str) -> str:
    """Return what is said in `language` as long as the editors have not said it themselves."""
    with override(language):
        return _(
            "Comments are the views of their authors, not of the editors. "
            "Write to the others as you would talk to somebody on the same bench."
        )


def _read(language: str) -> str:
    row = Notice.objects.filter(language=language).values_list("is_shown", "html").first()
    if row is None:
        return markup.render_article(built_in_words(language))
    is_shown, html = row
    return html if is_shown else ""


def _key(language: str) -> str:
    return f"notice:{language}"
