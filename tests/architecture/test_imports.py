"""The import rule of the project, as contracts in pyproject.toml."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import lint_imports, read_user_options

from tests.desk_fixtures import PROJECT

configuration.configure()
DOORS = ("actions", "bot", "clock", "console")


def test_every_import_obeys_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_imports(config_filename=str(PROJECT / "pyproject.toml"), cache_dir=None), capsys.readouterr().out


def test_every_package_of_the_project_is_under_the_contracts() -> None:
    options = read_user_options(config_filename=str(PROJECT / "pyproject.toml"))
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests"}
    assert set(options.session_options["root_packages"]) == packages


@pytest.mark.parametrize("package", [*DOORS, "bootstrap", "desk", "dialogue", "knowledge", "post", "scanner"])
def test_no_module_brings_in_everything_of_another(package: str) -> None:
    stars = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in sorted((PROJECT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert stars == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(PROJECT)) for path in modules() if not says_what_for(path)]
    assert silent == []


def modules() -> list[Path]:
    doors = ("actions", "bot", "cli", "clock", "console")
    packages = (*doors, "bootstrap", "desk", "dialogue", "evaluation", "knowledge", "post", "scanner")
    return [path for package in packages for path in sorted((PROJECT / package).rglob("*.py"))]


def says_what_for(path: Path) -> bool:
    source = path.read_text(encoding="utf-8")
    return not source.strip() or ast.get_docstring(ast.parse(source)) is not None
