"""What a short text refers to: the parts of an entry that it names, and whether it has a subject of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.answering.folding import folded
from desk.guidance.record import LANGUAGES, GuidanceRecord
from desk.yaml_file import read_yaml

_NO_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Part:
    """A part of an entry that people ask for by a name.

    ``fields`` are the blocks of the answer that state it, ``beside`` those that help where it is not stated. A part
    without fields is stated by the entry's own answer, when that has one of the words ``mentions``.
    """

    name: str
    names: re.Pattern[str]
    hints: re.Pattern[str] | None
    fields: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    mentions: re.Pattern[str] | None = None

    def is_stated_by(self, record: GuidanceRecord) -> bool:
        """Whether a record says something on this part."""
        if self.fields:
            return any(_is_given(record, name) for name in self.fields)
        if self.mentions is None:
            return True
        return any(self.mentions.search(plain(record.answer[language])) for language in LANGUAGES)


@dataclass(frozen=True)
class Reference:
    """What a text refers to: parts of an entry, what came before it, and whether it has a subject of its own."""

    parts: tuple[Part, ...]
    points_back: bool
    has_subject: bool

    @property
    def is_follow_up(self) -> bool:
        """Whether the text can only be understood from the entry that was shown before."""
        return bool(self.parts) and not self.has_subject


class References:
    """Reads texts by the words of content/follow_up.yml."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._most_words = int(data["words"])
        self._parts = tuple(_part(name, part) for name, part in data["parts"].items())
        self._subjects = _any_of(data["subjects"])
        self._begins = re.compile(rf"(?:{_either(data['points_back']['begins'])})\b")
        self._ends = re.compile(rf"\b(?:{_either(data['points_back']['ends'])})$")
        self._empty = _any_of([*data["phrases"], *(word for line in data["empty"] for word in line.split())])

    @classmethod
    def read(cls, path: Path) -> References:
        return cls(read_yaml(path))

    def of(self, text: str) -> Reference:
        """What the text refers to."""
        words = plain(text)
        points_back = bool(self._begins.match(words) or self._ends.search(words))
        if len(words.split()) > self._most_words or self._subjects.search(words):
            return Reference((), points_back, has_subject=True)
        named, rest = self._named(words)
        return Reference(named, points_back, has_subject=bool(self._empty.sub(" ", rest).strip()))

    def parts_named(self, names: Collection[str]) -> tuple[Part, ...]:
        """The parts of these names, in the order of the file; a name that it does not have any more is passed over."""
        return tuple(part for part in self._parts if part.name in names)

    def says_something(self, text: str) -> bool:
        """Whether the text has a subject or names a part: “is that right?” has and does neither."""
        reference = self.of(text)
        return reference.has_subject or bool(reference.parts)

    def _named(self, words: str) -> tuple[tuple[Part, ...], str]:
        """The parts that are named, and what is left of the text without their names."""
        named = []
        for part in self._parts:
            words, times = part.names.subn(" ", words)
            if times:
                named.append(part)
        for part in self._parts:
            if part.hints is not None:
                words, times = part.hints.subn(" ", words)
                if times and not named:
                    named.append(part)
        return tuple(named), words


def _is_given(record: GuidanceRecord, field: str) -> bool:
    return record.online_is_known if field == "online" else getattr(record, field) is not None


def plain(text: str) -> str:
    """Folded words with one space between them, without punctuation."""
    return _NO_WORD.sub(" ", folded(text)).strip()


def _part(name: str, data: Mapping[str, Any]) -> Part:
    return Part(
        name,
        names=_any_of(data["names"]),
        hints=_any_of(data["hints"]) if "hints" in data else None,
        fields=tuple(data.get("fields", ())),
        beside=tuple(data.get("beside", ())),
        mentions=_any_of(data["mentions"]) if "mentions" in data else None,
    )


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One of these phrases as whole words, the longest that fits."""
    return re.compile(rf"\b(?:{_either(phrases)})\b")


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted({*phrases}, key=lambda phrase: (-len(phrase), phrase)))
