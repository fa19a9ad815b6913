"""Saying for which day an answer holds, whether today's text differs, and where there is none for that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.answering.day_words import day
from desk.answering.question import ForDay
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.speech import Block, Choice, Utterance
from desk.texts import Texts

#: Between an entry and the day for which its button shows it.
_ON = "@"


class Validity:
    """Puts the day of an answer into words and buttons; says nothing where it is today's."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def heading(self, for_day: ForDay, language: Language) -> list[Block]:
        """For which day the answer holds."""
        if not for_day.is_another:
            return []
        kind = "chosen" if for_day.is_chosen else for_day.precision
        return [Block("paragraph", self._say(f"as_of.{kind}", language, date=for_day.as_of))]

    def beside_today(
        self, session: Session, version: GuidanceVersion, for_day: ForDay, language: Language
    ) -> list[Block]:
        """That today's text differs in what it tells, or that there is none any more."""
        if not for_day.is_another:
            return []
        present = versions.in_force(session, version.entry_id, for_day.today)
        if present is None:
            return [Block("note", self._say("as_of.none_today", language, date=for_day.today))]
        if _told(present) == _told(version):
            return []
        return [Block("note", self._say("as_of.differs", language, date=for_day.today))]

    def choices(
        self, session: Session, version: GuidanceVersion, for_day: ForDay, language: Language, enquiry_id: str
    ) -> list[Choice]:
        """The buttons to today's text, where it is another, and to another day."""
        argument = f"{version.entry_id}:{enquiry_id}"
        other = Choice("other_day", self._texts.say("button.other_day", language), argument)
        if not for_day.is_another:
            return [other]
        present = versions.in_force(session, version.entry_id, for_day.today)
        has_another = present is not None and _told(present) != _told(version)
        if not (for_day.is_chosen or has_another):
            return [other]
        return [Choice("for_today", self._texts.say("button.for_today", language), argument), other]

    def no_text(self, present: GuidanceVersion, for_day: ForDay, language: Language, enquiry_id: str) -> Utterance:
        """That the entry has no text for the day, with today's and an officer behind buttons."""
        about, date = present.record.title[language], day(for_day.as_of, language)
        said = self._texts.say("as_of.no_text", language, date=date, about=about)
        argument = f"{present.entry_id}:{enquiry_id}"
        acts = (("for_today", argument), ("other_day", argument), ("ask_officer", enquiry_id))
        choices = [Choice(act, self._texts.say(f"button.{act}", language), value) for act, value in acts]
        return Utterance.plain(said, choices=choices)

    def of_day(self, choices: Iterable[Choice], for_day: ForDay) -> list[Choice]:
        """Buttons of entries that show them for the same day."""
        if not for_day.is_another:
            return [*choices]
        return [
            Choice(choice.act, choice.title, with_day(choice.argument, for_day.as_of))
            if choice.act == "show_entry"
            else choice
            for choice in choices
        ]

    def _say(self, name: str, language: Language, *, date: dt.date) -> str:
        return self._texts.say(name, language, date=day(date, language))


def with_day(entry: str, as_of: dt.date) -> str:
    """The argument of a button that shows an entry for a day other than today."""
    return f"{entry}{_ON}{as_of}"


def entry_and_day(argument: str) -> tuple[str, dt.date | None]:
    """The entry that a button shows, and the day where it is not today."""
    entry, _, as_of = argument.partition(_ON)
    return entry, dt.date.fromisoformat(as_of) if as_of else None


def _told(version: GuidanceVersion) -> Mapping[str, Any]:
    """What a version tells people of the rule, whatever the days for which it does."""
    return {part: told for part, told in version.record.tells().items() if part != "in_force"}
