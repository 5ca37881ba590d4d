"""Static files as production serves them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command
from pytest_django import Settings

from core.storage import minified

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.storage.StaticFilesStorage"},
}


@pytest.fixture
def served(settings: Settings, tmp_path: Path) -> Path:
    """Return the folder that production serves."""
    settings.STATIC_ROOT, settings.STORAGES = tmp_path, STORAGES
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def hashed(folder: Path, ending: str) -> list[Path]:
    return [file for file in folder.glob(f"*.{ending}") if re.search(rf"\.[0-9a-f]{{12}}\.{ending}$", file.name)]


def test_a_script_imports_the_version_that_it_was_made_for(served: Path) -> None:
    scripts = hashed(served / "js", "js")
    imported = [name for script in scripts for name in re.findall(r'(?:from|import) ?"\./([^"]+)"', script.read_text())]
    assert len(imported) > 5
    assert {name for name in imported if not (served / "js" / name).exists()} == set()
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)


def test_our_files_are_served_small_and_those_of_others_as_they_are(served: Path) -> None:
    for kind in ("css", "js"):
        for file in hashed(served / kind, kind):
            original = Path(project.STATICFILES_DIRS[0]) / kind / f"{file.name.split('.')[0]}.{kind}"
            # A script that only imports has nothing to lose, and the hashes add to it.
            assert file.stat().st_size < original.stat().st_size or original.name == "main.js"
            assert "/*" not in file.read_text()
    assert minified("django_htmx/htmx.js", "/* theirs */ a") == "/* theirs */ a"


def test_the_small_modules_still_parse(served: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: tests/browser loads the same modules in Chromium")
    for script in hashed(served / "js", "js"):
        check = [node, "--input-type=module", "--check"]
        answer = subprocess.run(check, input=script.read_text(), capture_output=True, text=True, check=False)
        assert answer.returncode == 0, (script.name, answer.stderr)
