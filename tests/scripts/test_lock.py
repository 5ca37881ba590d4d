"""The lock files hold what pyproject.toml asks for, and nothing of the machine that wrote them."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import LOCKS, ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(file: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / file).read_text()):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def asked_for(file: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    if file.endswith("bench.txt"):
        return [Requirement(name) for name in project["dependency-groups"]["bench"]]
    names = list(project["project"]["dependencies"])
    if file.endswith("dev.txt"):
        names += project["dependency-groups"]["dev"]
    return [Requirement(name) for name in names]


@pytest.mark.parametrize("file", LOCKS)
def test_every_dependency_is_locked_in_a_version_that_pyproject_allows(file: str) -> None:
    locked = pins(file)
    for requirement in asked_for(file):
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement} is not in {file}: make lock"
        assert all(version in requirement.specifier for version in versions), (
            f"{requirement} against {versions}: make lock"
        )


def test_the_tests_run_on_what_is_served() -> None:
    served, tested = pins("requirements/run.txt"), pins("requirements/dev.txt")
    assert len(served) > 20
    assert {name: tested.get(name) for name in served} == served


@pytest.mark.parametrize("file", LOCKS)
def test_every_package_has_hashes_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(blocks) > 20
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index-url|--find-links| @ |^/", text, re.MULTILINE)


@pytest.mark.parametrize("file", LOCKS)
def test_extras_are_locked_by_name(file: str) -> None:
    """pip 23 looks for `coverage[toml]` beside `coverage`, finds a newer one without a hash, and gives up."""
    text = (ROOT / file).read_text()
    with_extras = [requirement for requirement in asked_for(file) if requirement.extras]
    assert len(with_extras) >= 2
    for requirement in with_extras:
        assert re.search(rf"(?m)^{re.escape(requirement.name)}\[[^]]+\]==", text), requirement
