"""Which list of cases an address asks for: view, filters, search and place; the same again for the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlencode

from desk.cases.listing import Narrowing, View
from desk.cases.model import Urgency
from desk.units.model import Unit

#: Longer than any search that a person types; what is longer is cut.
LONGEST = 200


@dataclass(frozen=True)
class InboxQuery:
    """The parts of the address of a list, as they came; an unknown value is never an error."""

    view: str = ""
    q: str = ""
    unit: str = ""
    urgency: str = ""
    topic: str = ""
    lang: str = ""
    channel: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> InboxQuery:
        return cls(
            **{part.name: str(given.get(part.name, "")).replace("\0", "")[:LONGEST].strip() for part in fields(cls)}
        )

    @classmethod
    def from_text(cls, text: str) -> InboxQuery:
        """What ``as_text`` wrote; anything else is the list without filters."""
        return cls.read(dict(parse_qsl(text[: 20 * LONGEST])))

    @property
    def filters(self) -> dict[str, str]:
        names = ("unit", "urgency", "topic", "lang", "channel")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def of_list(self) -> dict[str, str]:
        """Everything but the place in the list."""
        named = {"q": self.q} if self.q else {"view": self.view} if self.view else {}
        return named | self.filters

    def as_text(self) -> str:
        return urlencode(self.of_list)

    def as_parameter(self) -> dict[str, str]:
        """What the address of a case has of the list that it was opened from."""
        return {"list": text} if (text := self.as_text()) else {}

    def chosen(self, views: Mapping[View, int]) -> View:
        """The view that is asked for, else the officer's own cases, or where there are none those that wait."""
        if self.view in views:
            return View(self.view)
        return View.MINE if views.get(View.MINE) else View.WAITING

    def narrowing(self, unit: Unit | None) -> Narrowing:
        urgency = self.urgency if self.urgency in list(Urgency) else ""
        return Narrowing(unit, urgency, self.topic, self.lang, self.channel)
