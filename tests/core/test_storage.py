"""Static files as production serves them."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.storage.StaticFilesStorage"},
}


def test_a_script_imports_the_version_that_it_was_made_for(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT, settings.STORAGES = tmp_path, STORAGES
    call_command("collectstatic", interactive=False, verbosity=0)
    scripts = [file for file in (tmp_path / "js").glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", file.name)]
    imported = [name for script in scripts for name in re.findall(r'(?:from|import) "\./([^"]+)"', script.read_text())]
    assert len(imported) > 5
    assert {name for name in imported if not (tmp_path / "js" / name).exists()} == set()
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)
