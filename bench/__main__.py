"""`make bench`: every measurement, one after the other; exits with 1 when a promise is not kept."""

from __future__ import annotations

import sys

from bench import article_page

if __name__ == "__main__":
    sys.exit(article_page.main())
