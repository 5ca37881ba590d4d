#!/usr/bin/env python
"""Runs a management command: `python manage.py help` lists them."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Put `site/` on the path (see docs/adr/0001) and hand over to Django."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    # A migration or an import may take as long as it needs; a page may not.
    os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "0")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
