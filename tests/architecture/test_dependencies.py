"""Every library is one that may be used: its licence is known and allowed, it is locked, and docs/ names it."""

from __future__ import annotations

import re
import shlex

import pytest

from evaluation.supply.licences import Rules
from evaluation.supply.packages import DESK, ENVIRONMENTS, RASA, Environment
from evaluation.supply.page import PAGE
from tests.desk_fixtures import PROJECT

RULES = Rules.read()
#: What installs anything: shell scripts and images.
INSTALL = [*sorted(PROJECT.glob("**/*.sh")), *sorted((PROJECT / "deploy").rglob("*Dockerfile"))]
INSTALL = [
    path for path in INSTALL if not {".venv", ".venv-rasa", ".venv-peers", ".venv-embedding", "var"} & set(path.parts)
]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda environment: environment.name)
def test_every_library_has_a_licence_that_is_allowed(environment: Environment) -> None:
    installed = environment.installed()
    if not installed:
        pytest.skip(f"{environment.folder} was not made")
    names = installed.keys() | environment.locked().keys()
    licences = {name: RULES.licence_of(name, installed.get(name)) for name in names}
    refused = {name: licence for name, licence in licences.items() if not RULES.may_be_used(licence)}
    assert refused == {}, "read these licences, and say in evaluation/supply/licences.yml why they may be used"


def test_what_was_read_in_a_package_is_of_one_that_is_used() -> None:
    used = {name for environment in ENVIRONMENTS for name in environment.locked()}
    assert sorted(set(RULES.stated) - used) == []


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda environment: environment.name)
def test_nothing_is_installed_that_no_lock_names(environment: Environment) -> None:
    assert sorted(environment.installed().keys() - environment.locked().keys()) == []


def test_the_page_names_every_library_with_its_version() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        f"{name} {version}"
        for environment in (DESK, RASA)
        for name, version in environment.locked().items()
        if f"| {name} | {version} |" not in page
    ]
    assert missing == [], "`make dependencies` writes the page anew"


@pytest.mark.parametrize("path", INSTALL, ids=lambda path: str(path.relative_to(PROJECT)))
def test_nothing_is_installed_without_its_hash(path: object) -> None:
    """Each `pip install` demands hashes and builds nothing with tools that have none, but that of the desk itself."""
    text = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    text = text.replace('"${FROM_LOCK[@]}"', _from_lock())
    commands = re.findall(r"^[^#\n]*?\b(?:pip|PIP\[@\]\}\")\s+(install\b[^\n|&;]*)", text, re.MULTILINE)
    careless = [
        command
        for command in commands
        if not {"--require-hashes", "--dry-run"} & set(command.split())
        and shlex.split(command)[1:] != ["--no-deps", "--no-build-isolation", "-e", "."]
    ]
    assert careless == []
    assert not re.search(r"\b(?:easy_install|curl[^\n|]*\|\s*(?:ba)?sh|wget[^\n|]*\|\s*(?:ba)?sh)\b", text)


def _from_lock() -> str:
    text = (PROJECT / "evaluation" / "supply" / "installing.sh").read_text(encoding="utf-8")
    found = re.search(r"^FROM_LOCK=\((.*)\)$", text, re.MULTILINE)
    assert found is not None
    assert {"--no-deps", "--require-hashes", "--no-build-isolation", "--only-binary"} < set(found[1].split())
    return found[1]


def test_the_installations_were_found() -> None:
    names = {path.name for path in INSTALL}
    assert {"setup.sh", "installing.sh", "Dockerfile"} <= names
