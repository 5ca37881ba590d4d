"""The shape of the project: what docs/adr decides about its tree is kept here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Our own code: what a rule about files is asked of.
OURS = ("site", "discussions", "moderation", "tests", "scripts", "bench", "templates")
LONGEST = 300
#: A test file holds one subject in all its cases, and cases are read one by one.
LONGEST_TEST = 500
#: Longer, each with its reason.
LONG_WITH_A_REASON: dict[str, str] = {
    "site/static/css/base.css": "every component of the site once, in one layer",
    "site/static/css/tools.css": "the components of every staff page, in one layer",
    "site/static/css/thread.css": "one layer: its rules are read together",
    "tests/discussions/importing/test_wordpress.py": "one format, and every odd row of it",
}


def _files(*suffixes: str) -> list[Path]:
    found = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    return [path for path in found if not {"migrations", "__pycache__"} & set(path.parts)]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_site_is_a_source_root_and_no_package() -> None:
    assert (ROOT / "site" / "config" / "__init__.py").is_file()
    assert not (ROOT / "site" / "__init__.py").exists()


def test_pythons_own_site_is_what_import_finds() -> None:
    assert hasattr(sys.modules["site"], "getsitepackages")


@pytest.mark.parametrize("folder", [str(ROOT), str(ROOT / "site")])
def test_python_starts_with_our_folders_on_its_path(folder: str) -> None:
    """A package named `site` on PYTHONPATH would keep Python from finding any library."""
    ask = "import django, sys; print(hasattr(sys.modules['site'], 'getsitepackages'))"
    env = {"PYTHONPATH": folder}
    answer = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "True"


@pytest.mark.parametrize(
    "path",
    ["site/x.txt", "site/config/new.py", "site/static/css/new.css", "site/locale/es/django.mo", "site/core/build/x.py"],
)
def test_git_ignores_nothing_under_site(path: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout: there is nothing to ignore")
    # Personal ignore files of whoever runs this are not the project's.
    command = ["git", "-c", "core.excludesFile=", "check-ignore", "--no-index", "--verbose", path]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, "")


def test_nobody_imports_upwards() -> None:
    """The contracts of `pyproject.toml`: config, moderation, discussions, accounts, core, and the layers inside."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout
    assert "0 broken" in answer.stdout


def test_the_import_rules_bite(tmp_path: Path) -> None:
    for package, line in {"upper": "", "lower": "import upper\n"}.items():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(line)
    (tmp_path / "rules.ini").write_text(
        "[importlinter]\nroot_packages =\n  upper\n  lower\n"
        "[importlinter:contract:1]\nname = layers\ntype = layers\nlayers =\n  upper\n  lower\n"
    )
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", "rules.ini"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "lower is not allowed to import upper" in answer.stdout


def test_a_file_that_outgrows_its_idea_says_why() -> None:
    lines = {_name(path): len(path.read_text().splitlines()) for path in _files(".py", ".html", ".css", ".js")}
    assert len(lines) > 100
    long = {name: n for name, n in lines.items() if n > (LONGEST_TEST if name.startswith("tests/") else LONGEST)}
    assert not long.keys() - LONG_WITH_A_REASON.keys(), long
    # An exception that is not needed any more goes.
    assert not LONG_WITH_A_REASON.keys() - long.keys()


def test_every_python_file_says_what_it_is_for() -> None:
    texts = {_name(path): path.read_text() for path in _files(".py") if "tests" not in path.parts}
    assert [name for name, text in texts.items() if text and not text.startswith(('"""', "#!"))] == []


_PATH = re.compile(r"`([a-z_.]+/[\w./-]*|[\w.-]+\.(?:md|toml|py))`", re.ASCII)


def test_the_docs_name_what_is_there() -> None:
    """Every path in backticks in our documents exists, so that nobody is sent to a file that has moved."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(documents) > 5
    # CHANGELOG tells of files as they were.
    named = {
        (_name(document), path)
        for document in documents
        if document.name != "CHANGELOG.md"
        for path in _PATH.findall(document.read_text())
    }
    assert len(named) > 10
    here = {folder.name for folder in ROOT.iterdir()}
    # `accounts/…` and `config/…` are named as they are imported; what begins with no folder of ours is an example.
    missing = [
        (document, path)
        for document, path in sorted(named)
        if path.split("/")[0] in here and path.split("/")[0] != "var" and not (ROOT / path).exists()
    ]
    assert missing == []


_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_the_docs_link_to_what_is_there() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(document, link) for document in documents for link in _LINK.findall(document.read_text())]
    assert len(links) > 5
    assert [(_name(document), link) for document, link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(
    "folder", ["site", "discussions", "moderation", "templates", "tests", "bench", "docs/adr", "scripts"]
)
def test_the_folders_of_the_design_are_there(folder: str) -> None:
    assert (ROOT / folder).is_dir()


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 7
