"""What people write never becomes a command, a program, a template or SQL: the places where it could are few and named.

Each exception below is made of what the program or the database itself says, never of what anybody typed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.settings import PROJECT

OURS = ("actions", "bootstrap", "bot", "cli", "clock", "console", "desk", "dialogue", "knowledge", "post")
SOURCES = [path for folder in OURS for path in sorted((PROJECT / folder).rglob("*.py"))]
#: Where SQL is put together: of names of tables that the schema or the database itself has, and of states of ours.
_OF_OURS = ("desk/backups/", "desk/migrations/", "desk/conversations/inbox.py")
#: Where ``text`` draws letters.
_NO_SQL = ("desk/plots/",)
#: Where Jinja escapes nothing: Caddy's configuration is no markup, and is made of settings.
_NO_MARKUP = ("cli/proxy.py",)
#: What templates show as it is: our own form token, and plots that are made by desk/plots, which escapes every word.
_AS_IT_IS = {"csrf_input", "plot.wide", "plot.narrow"}


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def dangers(tree: ast.AST, path: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, named = _called(node), {keyword.arg: keyword.value for keyword in node.keywords}
        if name in ("eval", "exec", "compile", "__import__", "os.system", "os.popen") or name.startswith("os.spawn"):
            yield f"{path}:{node.lineno} calls {name}"
        if isinstance(shell := named.get("shell"), ast.Constant) and shell.value:
            yield f"{path}:{node.lineno} asks a shell"
        if name.startswith("subprocess.") and node.args and isinstance(node.args[0], (ast.JoinedStr, ast.Constant)):
            yield f"{path}:{node.lineno} runs a line instead of words"
        if name.endswith(("from_string", "render_template_string")) or name in ("jinja2.Template", "string.Template"):
            yield f"{path}:{node.lineno} makes a template of a text"
        if name == "Environment" and not path.startswith(_NO_MARKUP):
            escapes = named.get("autoescape")
            if not (isinstance(escapes, ast.Constant) and escapes.value is True):
                yield f"{path}:{node.lineno} escapes nothing"
        if name in _SQL or name.endswith(".exec_driver_sql"):
            if node.args and _is_put_together(node.args[0]) and not path.startswith((*_OF_OURS, *_NO_SQL)):
                yield f"{path}:{node.lineno} puts SQL together"


_SQL = ("text", "sa.text", "sqlalchemy.text", "literal_column", "sa.literal_column", "exec_driver_sql")


def _is_put_together(argument: ast.expr) -> bool:
    """Whether anything but constants of a module stands in it."""
    if isinstance(argument, ast.BinOp):
        return True
    if not isinstance(argument, ast.JoinedStr):
        return False
    names = [node.id for node in ast.walk(argument) if isinstance(node, ast.Name)]
    return not names or any(name != name.upper() for name in names)


@pytest.mark.parametrize("folder", OURS)
def test_nothing_that_somebody_wrote_can_become_a_command(folder: str) -> None:
    found: list[str] = []
    for path in (path for path in SOURCES if path.relative_to(PROJECT).parts[0] == folder):
        name = path.relative_to(PROJECT).as_posix()
        found += dangers(ast.parse(path.read_text(encoding="utf-8")), name)
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "subprocess.run(f'ls {name}')",
        "subprocess.run(words, shell=True)",
        "os.system(name)",
        "eval(name)",
        "environment.from_string(name)",
        "Environment(loader=loader)",
        "Environment(autoescape=False)",
        "connection.execute(text(f'SELECT {name}'))",
        "connection.exec_driver_sql('SELECT ' + name)",
    ],
)
def test_what_would_become_one_is_found(source: str) -> None:
    assert len(list(dangers(ast.parse(source), "desk/made_up.py"))) == 1


def test_templates_show_as_it_is_only_what_we_made() -> None:
    templates = sorted((PROJECT / "console" / "templates").rglob("*.html"))
    shown = {found for path in templates for found in re.findall(r"([\w.]+)\s*\|\s*safe", path.read_text("utf-8"))}
    assert shown == _AS_IT_IS
    off = [path.name for path in templates if re.search(r"autoescape\s+false|Markup\(", path.read_text("utf-8"))]
    assert off == []


def test_scripts_of_ours_put_no_text_into_a_page_as_markup() -> None:
    scripts: list[Path] = sorted((PROJECT / "console" / "static").rglob("*.js"))
    assert scripts
    for path in scripts:
        written = path.read_text(encoding="utf-8")
        for danger in ("insertAdjacentHTML", "document.write", "eval(", "new Function", "postMessage"):
            assert danger not in written, (path.name, danger)
