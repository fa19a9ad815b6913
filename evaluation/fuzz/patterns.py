"""Every regular expression of ours, found where it is.

In the globals of our modules, in what content/ says (compiled while it is read), and in the calls of `re` that a module
makes as it works.
"""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest import mock

from bootstrap.settings import PROJECT
from desk.desk import Rules
from desk.guidance.record import LANGUAGES
from evaluation.fuzz import documents
from knowledge.engine.engine import Engine
from knowledge.engine.writing.frames import without_frame
from tests.knowledge_fixtures import Publications, WordEmbedder, until

PACKAGES = (
    *("actions", "bootstrap", "bot", "cli", "clock", "console", "desk", "dialogue"),
    *("knowledge", "post", "scanner"),
)


@dataclass(frozen=True)
class Found:
    """A pattern and where it stands, as file:line or the name of a global."""

    place: str
    pattern: re.Pattern[Any]
    #: How it is used, where every use is seen; else in every way.
    uses: tuple[str, ...] = ("search", "fullmatch", "finditer")


def all_patterns() -> list[Found]:
    """Every pattern of our code, each once."""
    found = [*_of_modules(), *_of_work(), *_of_calls()]
    seen: dict[tuple[Any, ...], Found] = {}
    for each in found:
        seen.setdefault((each.pattern.pattern, each.pattern.flags, each.uses), each)
    return list(seen.values())


def _of_modules() -> Iterator[Found]:
    """What stands in the globals of modules, and in lists, dictionaries and data classes there."""
    for name in _module_names():
        module = importlib.import_module(name)
        for variable, value in vars(module).items():
            uses = _uses(module, variable) if isinstance(value, re.Pattern) else Found.uses
            for pattern in _within(value, depth=3):
                yield Found(f"{name}.{variable}", pattern, uses)


def _uses(module: ModuleType, variable: str) -> tuple[str, ...]:
    """The ways in which a module uses its pattern; all where it hands it on, or others may know it."""
    if not variable.startswith("_") or module.__file__ is None:
        return Found.uses
    source = Path(module.__file__).read_text(encoding="utf-8")
    called = re.findall(rf"\b{variable}\.(\w+)\(", source)
    if len(called) + 1 != len(re.findall(rf"\b{variable}\b", source)):
        return Found.uses
    return tuple(sorted({use if use in ("search", "match", "fullmatch") else "finditer" for use in called}))


def _module_names() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        for module in pkgutil.walk_packages([str(PROJECT / package)], f"{package}."):
            if not module.name.endswith((".main", ".env")) and ".migrations." not in module.name:
                yield module.name


def _within(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for each in [*value.keys(), *value.values()]:
            yield from _within(each, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for each in list(value)[:1_000]:
            yield from _within(each, depth - 1)
    elif depth and type(value).__module__.split(".")[0] in PACKAGES and hasattr(value, "__dict__"):
        for each in vars(value).values():
            yield from _within(each, depth - 1)


def _of_work() -> list[Found]:
    """What our code compiles while it works: words of content/, frames of questions, fields of forms."""
    compiled: list[Found] = []
    real = re.compile

    def noting(pattern: Any, flags: int | re.RegexFlag = 0) -> re.Pattern[Any]:
        made = real(pattern, flags)
        caller = sys._getframe(1)
        if (module := str(caller.f_globals.get("__name__", ""))).split(".")[0] in PACKAGES:
            compiled.append(Found(f"{module}:{caller.f_lineno}", made))
        return made

    _forget_what_was_read()
    with mock.patch("re.compile", noting):
        Rules.read(PROJECT / "content")
        for language in LANGUAGES:
            without_frame("hồ sơ", language)
        with TemporaryDirectory() as folder:
            published = Publications.of()
            engine = Engine(published.corpus, published.publication_no, WordEmbedder(), Path(folder))
            engine.watch()
            until(lambda: engine.publication_no is not None)
            for language in LANGUAGES:
                engine.search("Hồ sơ nhập khẩu gồm những gì?", language)
            engine.stop()
        for way in documents.ways():
            way.read(way.file)
    return compiled


def _forget_what_was_read() -> None:
    """What is compiled at first use only, is compiled again."""
    for each in gc.get_objects():
        if type(each).__name__ == "_lru_cache_wrapper" and str(each.__module__).split(".")[0] in PACKAGES:
            each.cache_clear()


def _of_calls() -> Iterator[Found]:
    """`re.sub("…", …)` and its like, where the pattern is a plain text."""
    calls = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (
                    isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in {f"re.{c}" for c in calls}
                ):
                    continue
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, (str, bytes)):
                    place, use = (
                        f"{path.relative_to(PROJECT)}:{node.lineno}",
                        ast.unparse(node.func).removeprefix("re."),
                    )
                    uses = (use,) if use in ("search", "match", "fullmatch") else ("finditer",)
                    if use != "compile":
                        yield Found(place, re.compile(text.value, _flags_of(node)), uses)


def _flags_of(call: ast.Call) -> int:
    """The flags that are named in a call, such as re.IGNORECASE | re.DOTALL."""
    named = re.findall(
        r"re\.([A-Z]+)", " ".join(ast.unparse(each) for each in [*call.args[1:], *(k.value for k in call.keywords)])
    )
    flags = 0
    for name in named:
        flags |= int(getattr(re, name, 0))
    return flags
