"""An export as a text that people read: the same as its JSON, in their language, without the bytes of files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from desk.cases.words import moment
from desk.guidance.record import Language
from desk.privacy.exporting import Told
from desk.texts import Texts

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
#: What only programs need.
_LEFT_OUT = frozenset({"format", "base64", "sha256", "id", "chat"})
_INDENT = "  "


def as_text(texts: Texts, told: Told, language: Language) -> str:
    """The whole export; a section a heading, a thing a few lines."""
    return "\n".join(_Reading(texts, language).whole(told)) + "\n"


class _Reading:
    def __init__(self, texts: Texts, language: Language) -> None:
        self._texts = texts
        self._language = language

    def whole(self, told: Told) -> Iterator[str]:
        yield self._texts.say("mydata.file.title", self._language)
        yield self._texts.say("mydata.file.about", self._language, at=self._value(told["made_at"]))
        for name, part in told.items():
            if name not in ("format", "made_at"):
                yield from ("", f"== {self._called(name)} ==")
                yield from self._part(part)

    def _part(self, part: Any) -> Iterator[str]:
        if not part:
            yield self._texts.say("mydata.file.nothing", self._language)
        elif isinstance(part, list):
            for thing in part:
                yield from self._thing(thing, "")
                yield ""
        else:
            yield from self._thing(part, "")

    def _thing(self, thing: Mapping[str, Any], indent: str) -> Iterator[str]:
        for name, value in thing.items():
            if name in _LEFT_OUT or value in (None, "", [], {}):
                continue
            if isinstance(value, list) and isinstance(value[0], Mapping):
                yield f"{indent}{self._called(name)}:"
                for each in value:
                    yield from self._thing(each, indent + _INDENT)
                    yield ""
            else:
                said = self._texts.say(f"author.{value}", self._language) if name == "from" else value
                yield f"{indent}{self._called(name)}: {self._value(said, indent)}"

    def _called(self, name: str) -> str:
        return self._texts.say(f"mydata.called.{name}", self._language)

    def _value(self, value: Any, indent: str = "") -> str:
        if isinstance(value, bool):
            return self._texts.say("mydata.file.yes" if value else "mydata.file.no", self._language)
        if isinstance(value, list):
            return ", ".join(self._value(each) for each in value)
        text = str(value)
        if _MOMENT.fullmatch(text):
            return moment(dt.datetime.fromisoformat(text), self._language)
        return text.replace("\n", f"\n{indent}{_INDENT}")
