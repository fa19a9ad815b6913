"""Old code runs for minutes on a new schema: migrations from 0030 on only add, until a release has stopped using it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = Path(__file__).parents[2] / "desk" / "migrations" / "versions"
SINCE = "0030"
#: In the docstring of a migration that contracts: the release which stopped using what is taken away.
MARKER = re.compile(r"^Not used since release \d+\.\d+(\.\d+)?\.$", re.MULTILINE)
TAKES_AWAY = {"drop_table", "drop_column", "rename_table"}
STATEMENTS = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN)|RENAME\s+(TO|COLUMN)|ALTER\s+TABLE\s+\S+\s+RENAME\s+(?!CONSTRAINT)|SET\s+NOT\s+NULL)\b",
    re.IGNORECASE,
)


def faults_of(source: str) -> list[str]:
    """What code of the release before could not live with, a line each; empty when it may stay."""
    tree = ast.parse(source)
    if MARKER.search(ast.get_docstring(tree) or ""):
        return []
    return [f"line {line}: {what}" for part in _going_forward(tree) for line, what in _faults(part)]


def _going_forward(tree: ast.Module) -> Iterator[ast.stmt]:
    """upgrade() and every function of the module that it reaches, and what stands outside of functions."""
    functions = {part.name: part for part in tree.body if isinstance(part, ast.FunctionDef)}
    reached, waiting = set[str](), ["upgrade"]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in reached:
            reached.add(name)
            names = [part.id for part in ast.walk(functions[name]) if isinstance(part, ast.Name)]
            waiting += names
    yield from (functions[name] for name in sorted(reached))
    yield from (part for part in tree.body if not isinstance(part, ast.FunctionDef | ast.Expr))


def _faults(part: ast.stmt) -> Iterator[tuple[int, str]]:
    for node in ast.walk(part):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in TAKES_AWAY:
                yield node.lineno, name
            elif name == "alter_column":
                yield from ((node.lineno, f"alter_column {fault}") for fault in _altering(node))
            elif name == "add_column" and any(_is_needed_at_once(column) for column in ast.walk(node)):
                yield node.lineno, "add_column, NOT NULL without a server default"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = STATEMENTS.search(node.value)
            if found:
                yield node.lineno, found.group()


def _altering(call: ast.Call) -> Iterator[str]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "new_column_name" in given:
        yield "with another name"
    default = given.get("server_default", given.get("existing_server_default"))
    if _is(given.get("nullable"), False) and (default is None or _is(default, None)):
        yield "to NOT NULL without a server default"


def _is_needed_at_once(node: ast.AST) -> bool:
    """A Column that must have a value, which code that does not know it would not give."""
    if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("Column"):
        return False
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    return _is(given.get("nullable"), False) and "server_default" not in given


def _is(node: ast.AST | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


@pytest.mark.parametrize(
    "path", [path for path in sorted(VERSIONS.glob("0*.py")) if path.name[:4] >= SINCE], ids=lambda path: path.name[:4]
)
def test_a_migration_leaves_what_the_release_before_needs(path: Path) -> None:
    assert faults_of(path.read_text(encoding="utf-8")) == [], "CONTRIBUTING.md: expand, migrate, contract"


@pytest.mark.parametrize(
    "act",
    [
        'op.drop_table("cases")',
        'op.drop_column("cases", "state")',
        'op.rename_table("cases", "matters")',
        'op.alter_column("cases", "state", new_column_name="stage")',
        'op.alter_column("cases", "state", nullable=False)',
        'op.alter_column("cases", "state", nullable=False, server_default=None)',
        'op.add_column("cases", sa.Column("stage", sa.String(), nullable=False))',
        'op.execute("ALTER TABLE cases DROP COLUMN state")',
        'op.execute("ALTER TABLE cases RENAME state TO stage")',
        'op.execute("ALTER TABLE cases ALTER state SET NOT NULL")',
        "_helper()",
    ],
)
def test_what_the_release_before_could_not_live_with_is_refused(act: str) -> None:
    helper = 'def _helper():\n    with op.batch_alter_table("cases") as table:\n        table.drop_column("state")\n'
    source = f"{helper}\ndef upgrade():\n    {act}\n"
    assert len(faults_of(f'"""Goes."""\n{source}')) == 1
    assert faults_of(f'"""Goes.\n\nNot used since release 1.4.\n"""\n{source}') == []


@pytest.mark.parametrize(
    "act",
    [
        'op.create_table("stages", sa.Column("id", sa.Integer(), nullable=False))',
        'op.add_column("cases", sa.Column("stage", sa.String(), nullable=True))',
        'op.add_column("cases", sa.Column("stage", sa.String(), server_default="", nullable=False))',
        'op.execute("ALTER TABLE cases RENAME CONSTRAINT a TO b")',
        'op.drop_index("ix_cases_state", "cases")',
    ],
)
def test_what_only_adds_may_stay(act: str) -> None:
    down = 'def downgrade():\n    op.drop_table("stages")\n'
    assert faults_of(f'"""Adds."""\ndef upgrade():\n    {act}\n\n{down}') == []
