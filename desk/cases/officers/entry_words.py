"""An entry of a thread as officers read it: what was done, by whom, and what came of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases.model import CaseEntry, EntryKind
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.units import service as units

#: Entries whose words the person never sees.
INTERNAL = (
    EntryKind.NOTED,
    EntryKind.TRANSFERRED,
    EntryKind.RETURNED,
    EntryKind.DRAFTED,
    EntryKind.DRAFT_RETURNED,
    EntryKind.DRAFT_WITHDRAWN,
)


def title(desk: Desk, session: Session, entry: CaseEntry, language: Language) -> str:
    """One line: the kind of entry, who made it, and from where to where or for whom."""
    kind = "reopened_by_head" if entry.kind == EntryKind.REOPENED and entry.officer is not None else entry.kind
    parts = [desk.texts.say(f"page.desk.entry.{kind}", language), *_who(session, entry)]
    about = _about(desk, session, entry, language)
    return " · ".join(parts) + (f" ({about})" if about else "")


def _who(session: Session, entry: CaseEntry) -> list[str]:
    """The officer in whose name it was done: of a signed reply whoever drafted it."""
    drafter = session.get(Officer, (entry.detail or {}).get("drafted_by") or 0)
    officer = drafter or entry.officer
    return [officer.name] if officer is not None else []


def _about(desk: Desk, session: Session, entry: CaseEntry, language: Language) -> str:
    detail = entry.detail or {}
    say = desk.texts.say
    if entry.kind == EntryKind.TRANSFERRED:
        unit = units.by_code(session, detail.get("to", ""))
        where = unit.name(language) if unit is not None else detail.get("to", "")
        return f"{where}, {detail['officer']}" if "officer" in detail else where
    if entry.kind == EntryKind.RETURNED_UNTOUCHED:
        held = session.get(Officer, detail.get("officer_id") or 0)
        return held.name if held is not None else ""
    if entry.kind == EntryKind.REMINDED:
        return say(f"page.desk.reminded.{detail['level']}", language) if "level" in detail else ""
    parts = []
    if "spam" in detail:
        parts.append(say("page.desk.as_spam", language, reason=detail["spam"]))
    if "drafted_by" in detail and entry.officer is not None:
        parts.append(say("page.desk.signed_by", language, name=entry.officer.name))
    if "quoted" in detail:
        quoted = ", ".join(f"{quote['entry']} v{quote['version']}" for quote in detail["quoted"])
        parts.append(say("page.desk.quotes", language, entries=quoted))
    return "; ".join(parts)
