"""Plays: dialogues between a person, the desk and an officer, in files that can be read aloud."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from desk.guidance.record import Language

#: What a line may begin with.
LINES = ("person", "press", "wait", "officer", "officer reads", "desk", "desk answers", "language")
_WAIT = re.compile(r"(?P<count>\d+) (?P<unit>minute|hour|day)s?|until (?P<clock>\d\d:\d\d)")


@dataclass(frozen=True)
class Line:
    """One line: who or what (of LINES), what is said or done, and the buttons that are expected under it."""

    kind: str
    says: str | Sequence[str]
    buttons: Sequence[str] | None = None

    @property
    def text(self) -> str:
        assert isinstance(self.says, str), f"{self.kind}: one text was expected, not {self.says}"
        return self.says

    @property
    def texts(self) -> Sequence[str]:
        return [self.says] if isinstance(self.says, str) else self.says

    def __str__(self) -> str:
        return f"{self.kind}: {self.says}"


@dataclass(frozen=True)
class Wait:
    """How long a play stands still: a time, or until the clocks of Viet Nam show this one."""

    time: dt.timedelta | None = None
    until: dt.time | None = None

    @classmethod
    def read(cls, words: str) -> Wait:
        read = _WAIT.fullmatch(words)
        if read is None:
            raise ValueError(f"wait: {words} (write “16 minutes”, “2 hours”, “3 days” or “until 08:00”)")
        if read["clock"]:
            return cls(until=dt.time.fromisoformat(read["clock"]))
        return cls(time=dt.timedelta(**{f"{read['unit']}s": int(read["count"])}))


@dataclass(frozen=True)
class Play:
    """One dialogue with what it begins with and what is kept at its end.

    ``search`` says what the search finds for texts that contain some words: one entry surely, or a list of entries of
    which it is unsure. ``cases`` and ``ratings`` are all that the desk keeps; of each only the named facts count.
    """

    title: str
    lines: Sequence[Line]
    language: Language = "vi"
    door: str = "telegram"
    begins: dt.time = dt.time(10)
    search: Mapping[str, str | list[str]] = field(default_factory=dict)
    cases: Sequence[Mapping[str, Any]] = ()
    ratings: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def read(cls, path: Path) -> Play:
        """The play of a file; raises ValueError when it cannot be played."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        kept = data.pop("kept", {})
        try:
            return cls(
                title=data.pop("title"),
                lines=[_line(line) for line in data.pop("lines")],
                language=cast(Language, data.pop("language", "vi")),
                begins=dt.time.fromisoformat(data.pop("begins", "10:00")),
                cases=kept.pop("cases", ()),
                ratings=kept.pop("ratings", ()),
                **{name: data.pop(name) for name in ("door", "search") if name in data},
            )
        finally:
            if data or kept:
                raise ValueError(f"{path.name}: what is {', '.join([*data, *kept])}?")


def _line(data: dict[str, Any]) -> Line:
    buttons = data.pop("buttons", None)
    ((kind, says),) = data.items()
    if kind not in LINES:
        raise ValueError(f"a line cannot begin with “{kind}:”")
    return Line(kind, says, buttons)
