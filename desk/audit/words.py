"""An entry of the audit as people read it: who, which act, about what, and what it was before and after."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases.words import moment
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.settings.declared import BY_NAME
from desk.settings.words import in_words
from desk.texts import Texts

_ARROW = " → "


@dataclass(frozen=True)
class Told:
    """One entry in words; ``details`` are pairs of what and how much. ``key`` is the subject as it is recorded."""

    id: int
    at: dt.datetime
    actor: str
    act: str
    key: str
    subject: str
    details: tuple[tuple[str, str], ...]


def families(texts: Texts) -> dict[str, list[str]]:
    """The acts that have a name, by their family."""
    found: dict[str, list[str]] = {}
    for name in sorted(texts.names("vi")):
        if name.startswith("audit.act."):
            act = name.removeprefix("audit.act.")
            found.setdefault(act.split(".")[0], []).append(act)
    return found


def act_in_words(texts: Texts, act: str, language: Language) -> str:
    """The name of an act; one that this version does not know is called as it is recorded."""
    return texts.say(f"audit.act.{act}", language) if texts.has(f"audit.act.{act}") else act


def names_of_officers(session: Session) -> dict[str, str]:
    """The name of every officer by user name."""
    return {row.username: row.name for row in session.execute(select(Officer.username, Officer.name))}


def told(texts: Texts, entry: AuditEntry, names: Mapping[str, str], language: Language) -> Told:
    """An entry in words; ``names`` are those of the officers."""
    return Told(
        id=entry.id,
        at=entry.at,
        actor=actor_in_words(texts, entry.actor, names, language),
        act=act_in_words(texts, entry.act, language),
        key=entry.subject,
        subject=_subject(texts, entry, language),
        details=tuple(_details(texts, entry, language)),
    )


def actor_in_words(texts: Texts, actor: str, names: Mapping[str, str], language: Language) -> str:
    """Who it was; an officer by name and user name."""
    if actor.startswith("officer:"):
        username = actor.removeprefix("officer:")
        return f"{names[username]} ({username})" if username in names else username
    return texts.say(f"audit.actor.{actor}", language) if texts.has(f"audit.actor.{actor}") else actor


def _subject(texts: Texts, entry: AuditEntry, language: Language) -> str:
    if entry.act.startswith("setting.") and entry.subject in BY_NAME:
        return texts.say(f"setting.{entry.subject}.name", language)
    return entry.subject


def _details(texts: Texts, entry: AuditEntry, language: Language) -> Iterator[tuple[str, str]]:
    detail = dict(entry.detail)

    def shown(value: Any) -> str:
        if entry.act.startswith("setting.") and isinstance(value, float) and entry.subject in BY_NAME:
            return in_words(texts, BY_NAME[entry.subject], value, language)
        return _value(texts, "", value, language)

    if {"from", "to"} <= detail.keys():
        yield _label(texts, "change", language), f"{shown(detail.pop('from'))}{_ARROW}{shown(detail.pop('to'))}"
    for key, value in detail.items():
        if entry.act.endswith(".changed") and isinstance(value, list) and len(value) == 2:
            yield _label(texts, key, language), f"{shown(value[0])}{_ARROW}{shown(value[1])}"
        else:
            yield _label(texts, key, language), _value(texts, key, value, language)


def _label(texts: Texts, key: str, language: Language) -> str:
    return texts.say(f"audit.detail.{key}", language) if texts.has(f"audit.detail.{key}") else key


def _value(texts: Texts, key: str, value: Any, language: Language) -> str:
    """A value in words; ``key`` tells what an English word in it stands for."""
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return texts.say(f"audit.value.{'yes' if value else 'no'}", language)
        case str() if key in ("due_at", "publish_at"):
            return moment(dt.datetime.fromisoformat(value), language)
        case str():
            name = f"page.role.{value}" if key == "role" else f"audit.value.{key}.{value}"
            return texts.say(name, language) if texts.has(name) else value
        case list():
            return ", ".join(_value(texts, key, each, language) for each in value)
        case dict() if key == "chosen":
            said = {name: texts.say(f"audit.value.chosen.{name}", language) for name in value}
            return ", ".join(f"{said[name]} {chosen}" for name, chosen in value.items())
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
