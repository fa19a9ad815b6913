"""The chain of the audit in words, for the page of the system's state."""

from __future__ import annotations

from collections.abc import Iterator

from console.web.filters import clock
from desk.audit.checks import Part
from desk.audit.model import AuditCheck
from desk.desk import Desk
from desk.guidance.record import Language
from desk.system.audit_state import AuditState
from desk.tables.shown import NOTHING, number

_NAMES = {Part.NEWEST: "newest", Part.WHOLE: "complete"}


def facts(desk: Desk, state: AuditState, language: Language) -> list[tuple[str, str]]:
    """What is told of it, each with its name."""
    return [(desk.texts.say(f"system.audit.{name}", language), told) for name, told in _told(desk, state, language)]


def _told(desk: Desk, state: AuditState, language: Language) -> Iterator[tuple[str, str]]:
    def say(name: str, **values: object) -> str:
        return desk.texts.say(f"system.audit.{name}", language, **values)

    if not state.checks:
        yield "state", say("unchecked")
    else:
        yield "state", say("broken", count=number(state.broken, language)) if state.broken else say("whole")
    if state.newest is not None and state.sealed_at is not None:
        yield "sealed", say("seal", number=number(state.newest.seal, language), at=clock(state.sealed_at, language))
        yield "anchor", state.newest.hash
    waiting, oldest = state.unsealed.entries, state.unsealed.oldest_at
    since = say("since", count=number(waiting, language), at=clock(oldest, language)) if oldest is not None else ""
    yield "unsealed", since or say("none_unsealed")
    for part, name in _NAMES.items():
        yield name, _when(state.checks.get(part), language)
    yield "kept_by", say(state.kept_by.value if state.kept_by is not None else "unguarded")


def _when(check: AuditCheck | None, language: Language) -> str:
    return clock(check.checked_at, language) if check is not None and check.checked_at is not None else NOTHING
