"""Static files with their content's hash in their name."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What stands in front of the address in `import "./a.js"` and `import { b } from "./c.js"`, and the address.
_IMPORT = r'(?P<matched>(?P<before>\b(?:from|import) )"(?P<url>\./[^"]+)")'


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Puts hashes into our scripts' `import` statements too: a script never meets another version of what it imports.

    Only into ours: Django's own switch for this fails on comments of other packages that look like imports.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((_IMPORT, '%(before)s"%(url)s"'),)),
    )
