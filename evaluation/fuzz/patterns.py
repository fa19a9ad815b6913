"""Every regular expression of ours against texts that make bad ones slow: the time must grow as the text does.

Patterns are found where they are: in the globals of our modules, in what content/ says (compiled while it is read),
and in the calls of `re` that a module makes as it works. Texts are made from a pattern's own characters.
"""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from re import _parser as parser
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest import mock

from bootstrap.settings import PROJECT
from desk.desk import Rules
from desk.guidance.record import LANGUAGES
from evaluation.fuzz import documents
from evaluation.fuzz.tally import SLOW, Tally
from knowledge.engine.engine import Engine
from knowledge.engine.writing.frames import without_frame
from tests.knowledge_fixtures import Publications, WordEmbedder, until

PACKAGES = (
    *("actions", "bootstrap", "bot", "cli", "clock", "console", "desk", "dialogue"),
    *("knowledge", "post", "scanner"),
)
#: Letters of a text; what is four times as long may take so many times as long, and a little for the clock. The first
#: are few, for what does not end in a lifetime with more.
LENGTHS = (50, 2_500, 10_000, 50_000)
_GROWTH = 4 * 2.5
#: Below this nothing is measured, in seconds.
_NOISE = 0.02
#: One search may not take longer, whatever its text: those after it are left out.
_ENOUGH = 0.5
#: Patterns that are only ever given short texts, and what sees to it.
BOUNDED = {"desk.vietnamese._KEYS": "words of more than twelve letters are not looked at"}
#: Pieces of a pattern's alternatives from which texts are made.
_PIECES = 12


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


def tried(patterns: Iterable[Found], lengths: Sequence[int] = LENGTHS) -> Tally:
    """Search, match and take apart texts of each length with each pattern."""
    tally = Tally("regular_expressions")
    for found in patterns:
        if found.place in BOUNDED:
            continue
        tally.tried += 1
        _try(tally, found, lengths)
    return tally


def _try(tally: Tally, found: Found, lengths: Sequence[int]) -> None:
    for shape in _shapes(found.pattern):
        before, shape_before = 0.0, lengths[0]
        for length in lengths:
            text = shape.of(length)
            most = before * _GROWTH * length / (4 * shape_before)
            took = _time(found, text)
            if took > _ENOUGH or (before and took > max(_NOISE, most)):
                took = min(took, _time(found, text))  # a machine that is busy makes anything slow once
            tally.slowest = max(tally.slowest, took)
            if took > _ENOUGH or (before > _NOISE / 10 and took > max(_NOISE, most)):
                what = f"{found.place}: {took:.2f} s at {length} letters, {before:.3f} s at the length before"
                tally.found("slow", what, {"pattern": found.pattern.pattern[:200], "shape": shape})
                return
            before, shape_before = took, length


def _time(found: Found, text: str) -> float:
    """The longest use of it, in processor seconds; SLOW where it was stopped."""
    given: Any = text.encode("utf-8") if isinstance(found.pattern.pattern, bytes) else text
    longest = 0.0
    for use in found.uses:
        began = time.process_time()
        try:
            with _stopped_after(SLOW):
                if use == "finditer":  # and what goes on behind each find as it does: findall, sub, split
                    for _ in found.pattern.finditer(given):
                        pass
                else:
                    getattr(found.pattern, use)(given)
        except _Stopped:
            return SLOW
        longest = max(longest, time.process_time() - began)
    return longest


class _Stopped(Exception):
    """It would have gone on, perhaps for ever."""


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """End what takes more processor time: a pattern looks for signals as it goes. Only in the main thread."""

    def stop(*_: object) -> None:
        raise _Stopped

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@dataclass(frozen=True)
class Shape:
    """A text of any length: ``begin``, then ``again`` as often as it takes, then ``end``."""

    begin: str
    again: str
    end: str

    def of(self, length: int) -> str:
        return self.begin + self.again * max(1, length // max(1, len(self.again))) + self.end


def _shapes(pattern: re.Pattern[Any]) -> list[Shape]:
    """Texts that almost match: what the pattern repeats, repeated, with something behind that it does not want."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    pieces = list(
        dict.fromkeys(
            _pieces(
                parser.parse(
                    source, pattern.flags & ~re.LOCALE if isinstance(pattern.pattern, bytes) else pattern.flags
                )
            )
        )
    )
    whole = "".join(pieces)[:200]
    filled = [f"{piece}{filler}" for piece in pieces[:_PIECES] for filler in (" ", "x", "x ")]
    repeated = [piece for piece in [*pieces[:_PIECES], whole, *_pairs(pieces), *filled] if piece]
    begins = ["", whole]
    found = [
        Shape(begin, again, end)
        for again in dict.fromkeys([*repeated, " ", "a", "0"])
        for begin in begins
        for end in ("", "\x00", "!")
    ]
    return list(dict.fromkeys(found))


def _pairs(pieces: Sequence[str]) -> list[str]:
    return [one + other for one, other in pairwise(pieces[: _PIECES + 1])]


def _pieces(parsed: Any) -> Iterator[str]:
    """A character or a word for each part of a pattern: literal texts as they are, one of each class of characters."""
    literal = ""
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            literal += chr(argument)
            continue
        if literal:
            yield literal
            literal = ""
        if name == "IN":
            yield from _of_class(argument)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from _pieces(argument[2])
        elif name == "SUBPATTERN":
            yield from _pieces(argument[3])
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _pieces(argument[1])
        elif name == "ATOMIC_GROUP":
            yield from _pieces(argument)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _pieces(branch)
        elif name in ("ANY", "NOT_LITERAL"):
            yield "x"
    if literal:
        yield literal


def _of_class(members: Any) -> Iterator[str]:
    categories = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "w", "CATEGORY_NOT_SPACE": "q"}
    for kind, value in list(members)[:4]:
        match str(kind):
            case "LITERAL":
                yield chr(value)
            case "RANGE":
                yield chr(value[0])
            case "CATEGORY":
                yield categories.get(str(value), "-")
            case _:
                yield "~"  # all but some


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
