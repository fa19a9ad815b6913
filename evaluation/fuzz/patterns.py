"""Every regular expression of ours against texts that make bad ones slow: the time must grow as the text does.

Patterns are found where they are: in the globals of our modules, in what content/ says (compiled while it is read),
and in the calls of `re` that a module makes as it works. Texts are made from a pattern's own characters.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any
from unittest import mock

from bootstrap.settings import PROJECT
from evaluation.fuzz.tally import SLOW, Tally

PACKAGES = ("actions", "bootstrap", "bot", "cli", "clock", "console", "desk", "dialogue", "knowledge", "post")
#: Letters of a text; what is four times as long may take so many times as long, and a little for the clock.
LENGTHS = (2_500, 10_000, 50_000)
_GROWTH = 4 * 2.5
#: Below this nothing is measured, in seconds.
_NOISE = 0.02
#: One search may not take longer, whatever its text: those after it are left out.
_ENOUGH = 0.5
#: Pieces of a pattern's alternatives from which texts are made.
_PIECES = 12


@dataclass(frozen=True)
class Found:
    """A pattern and where it stands, as file:line or the name of a global."""

    place: str
    pattern: re.Pattern[Any]


def all_patterns() -> list[Found]:
    """Every pattern of our code, each once."""
    found = [*_of_modules(), *_of_content(), *_of_calls()]
    seen: dict[tuple[Any, int], Found] = {}
    for each in found:
        seen.setdefault((each.pattern.pattern, each.pattern.flags), each)
    return list(seen.values())


def tried(patterns: Iterable[Found], lengths: Sequence[int] = LENGTHS) -> Tally:
    """Search, match and take apart texts of each length with each pattern."""
    tally = Tally("regular_expressions")
    for found in patterns:
        tally.tried += 1
        _try(tally, found, lengths)
    return tally


def _try(tally: Tally, found: Found, lengths: Sequence[int]) -> None:
    for shape in _shapes(found.pattern):
        before = 0.0
        for length in lengths:
            text = shape.of(length)
            took = _time(found.pattern, text)
            if took > _NOISE and (before and took > before * _GROWTH * max(1, length / lengths[0] / 4)):
                took = min(took, _time(found.pattern, text))  # a machine that is busy makes anything slow once
            tally.slowest = max(tally.slowest, took)
            if took > _ENOUGH or (before > _NOISE / 4 and took > _NOISE and took > before * _GROWTH):
                what = f"{found.place}: {took:.2f} s at {length} letters, {before:.3f} s at the length before"
                tally.found("slow", what, {"pattern": found.pattern.pattern[:200], "shape": shape})
                return
            before = took


def _time(pattern: re.Pattern[Any], text: str) -> float:
    given: Any = text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text
    longest = 0.0
    for use in (pattern.search, pattern.fullmatch, _all_in(pattern)):
        began = time.process_time()
        use(given)
        longest = max(longest, time.process_time() - began)
        if longest > SLOW:
            break
    return longest


def _all_in(pattern: re.Pattern[Any]) -> Any:
    """What finditer, findall, sub and split do: go on behind each find."""
    return lambda text: sum(1 for _ in pattern.finditer(text))


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
    repeated = [piece for piece in [*pieces[:_PIECES], whole, *_pairs(pieces)] if piece]
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
            for pattern in _within(value, depth=3):
                yield Found(f"{name}.{variable}", pattern)


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


def _of_content() -> list[Found]:
    """What is compiled while content/ is read: words of recognition, of days, of several questions."""
    from desk.desk import Rules

    compiled: list[Found] = []
    real = re.compile

    def noting(pattern: Any, flags: int | re.RegexFlag = 0) -> re.Pattern[Any]:
        made = real(pattern, flags)
        compiled.append(Found("content/", made))
        return made

    with mock.patch("re.compile", noting):
        Rules.read(PROJECT / "content")
    return compiled


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
                    place = f"{path.relative_to(PROJECT)}:{node.lineno}"
                    yield Found(place, re.compile(text.value, _flags_of(node)))


def _flags_of(call: ast.Call) -> int:
    """The flags that are named in a call, such as re.IGNORECASE | re.DOTALL."""
    named = re.findall(
        r"re\.([A-Z]+)", " ".join(ast.unparse(each) for each in [*call.args[1:], *(k.value for k in call.keywords)])
    )
    flags = 0
    for name in named:
        flags |= int(getattr(re, name, 0))
    return flags
