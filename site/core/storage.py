"""Static files as production serves them: our own made small, and each with its content's hash in its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rcssmin
import rjsmin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What stands in front of the address in `import "./a.js"` and `import { b } from "./c.js"`, and the address.
_IMPORT = r'(?P<matched>(?P<before>\b(?:from|import) ?)"(?P<url>\./[^"]+)")'

_MINIFIERS = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}
#: Where our own files are; those of other packages come as their authors made them.
_OURS = ("css/", "js/")


def minified(name: str, text: str) -> str:
    """Return the script or style sheet `name` (a path below the static folder) without comments and needless space."""
    shrink = next((shrink for ending, shrink in _MINIFIERS.items() if name.endswith(ending)), None)
    return str(shrink(text)) if shrink and name.startswith(_OURS) else text


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Makes our files small, then puts hashes into names and into our scripts' `import` statements too.

    A script so never meets another version of what it imports. Only ours: Django's own switch for this fails on
    comments of other packages that look like imports.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((_IMPORT, '%(before)s"%(url)s"'),)),
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Minify what was collected, before its hash is taken; then do what Django and WhiteNoise do."""
        if not dry_run:
            # Django would read the originals again: the small ones, which are here, take their place.
            paths = {name: (self, name) if self._minify(name) else found for name, found in paths.items()}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _minify(self, name: str) -> bool:
        if not name.startswith(_OURS) or not name.endswith(tuple(_MINIFIERS)):
            return False
        with self.open(name) as file:
            text = file.read().decode()
        self.delete(name)
        self._save(name, ContentFile(minified(name, text).encode()))
        return True
