"""The kinds of data in words: how long, counted from when, and what happens then; for pages, chats and the document."""

from __future__ import annotations

import datetime as dt

from desk.desk import Desk
from desk.guidance.record import Language
from desk.privacy.kinds import KindOfData
from desk.speech import Block
from desk.texts import Texts

_DAYS_A_YEAR, _MONTHS_A_YEAR = 365, 12


def period(texts: Texts, time: dt.timedelta, language: Language) -> str:
    """24 months, 30 days, 1 hour: whole years are told in months, as people were told when they came."""
    if time < dt.timedelta(days=1):
        return _counted(texts, "hour", int(time / dt.timedelta(hours=1)), language)
    if time.days % _DAYS_A_YEAR == 0:
        return _counted(texts, "month", time.days // _DAYS_A_YEAR * _MONTHS_A_YEAR, language)
    return _counted(texts, "day", time.days, language)


def how_long(texts: Texts, kind: KindOfData, language: Language) -> str:
    """For how long a kind is kept, and from when that counts."""
    if kind.time is None:
        return kind.until[language] if kind.until is not None else ""
    said = period(texts, kind.time, language)
    return texts.say("privacy.counted", language, period=said, after=texts.say(f"privacy.after.{kind.after}", language))


def what_then(texts: Texts, kind: KindOfData, language: Language) -> str:
    return texts.say(f"privacy.then.{kind.then}", language)


def in_short(desk: Desk, language: Language) -> tuple[Block, ...]:
    """What a chat is told: the kinds that are about the public by their time, the longest first, and where more is."""
    texts = desk.texts
    by_time: dict[dt.timedelta, list[str]] = {}
    others: list[str] = []
    for kind in desk.rules.privacy.of_the_public():
        if kind.time is None:
            others.append(f"{kind.title[language]}: {how_long(texts, kind, language)}")
        else:
            by_time.setdefault(kind.time, []).append(kind.title[language])
    lists = [
        Block("list", label=period(texts, time, language), items=tuple(titles))
        for time, titles in sorted(by_time.items(), reverse=True)
    ]
    return (
        Block("paragraph", texts.say("privacy.short", language)),
        *lists,
        Block("list", label=texts.say("privacy.short_others", language), items=tuple(others)),
        Block("paragraph", texts.say("privacy.short_more", language, address=f"{desk.web_address}/privacy")),
    )


def _counted(texts: Texts, unit: str, number: int, language: Language) -> str:
    name = f"privacy.{unit}" if number == 1 else f"privacy.{unit}s"
    return texts.say(name, language, number=number)
