"""Keeping instruments: entering and editing one, taking it back to what ships, and setting aside what never existed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.guidance.drafts.problems import Problem
from desk.guidance.permissions import GuidanceRefused, may_write
from desk.law import citing, register
from desk.law.checking import Checked, check
from desk.law.impact import service as impact
from desk.law.instruments import Instrument, Instruments
from desk.law.model import InstrumentRow, RowState
from desk.people.model import Officer

#: Letters of the words that an act asks for.
LENGTH = 1000


class Incorrect(GuidanceRefused):
    """The instrument cannot be entered as it is; ``problems`` say why, field by field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("law_desk.refused.incorrect", count=len(problems))
        self.problems = problems


class NoSuchInstrument(LookupError):
    """No instrument has this number."""


@dataclass(frozen=True)
class Kept:
    """What was entered, what of it is worth a second look, and how many review tasks it made."""

    instrument: Instrument
    warnings: tuple[Problem, ...]
    tasks: int


@dataclass(frozen=True)
class Standing:
    """An instrument with its newest row, if any.

    ``revision`` is the row's number, 0 without one. ``shipped`` is what ships under the number. ``ships_anew``: what
    ships changed, or came to ship, after a curator wrote over it.
    """

    instrument: Instrument | None
    row: InstrumentRow | None
    shipped: Instrument | None

    @property
    def revision(self) -> int:
        return self.row.revision if self.row is not None else 0

    @property
    def is_entered(self) -> bool:
        return self.row is not None and self.row.state == RowState.ENTERED

    @property
    def ships_anew(self) -> bool:
        if not self.is_entered or self.row is None or self.shipped is None:
            return False
        return self.row.shipped_hash != self.shipped.content_hash()


def held(desk: Desk, session: Session) -> Instruments:
    """The instruments as this transaction knows them, its own changes too."""
    return register.laid_over(session, desk.law.shipped)


def standing(desk: Desk, session: Session, number: str) -> Standing:
    """How an instrument stands; raises NoSuchInstrument for one that nobody ever listed."""
    row, shipped, known = register.row_of(session, number), _shipped(desk, number), held(desk, session)
    if row is None and shipped is None:
        raise NoSuchInstrument(number)
    return Standing(known[number] if number in known else None, row, shipped)


def preview(desk: Desk, session: Session, content: Mapping[str, Any]) -> Checked:
    """What would be wrong with an instrument, without entering it."""
    return check(_tidied(content), held(desk, session))


def enter(desk: Desk, session: Session, content: Mapping[str, Any], officer: Officer) -> Kept:
    """Enter an instrument that is not known yet, in the shape of content/law/instruments.yml.

    Raises GuidanceRefused, Incorrect with what is wrong field by field.
    """
    must_keep(officer)
    checked = check(_tidied(content), held(desk, session))
    number = checked.instrument.number if checked.instrument is not None else _tidied(content).get("number")
    if isinstance(number, str) and number in held(desk, session):
        raise Incorrect((Problem("number", "law_desk.problem.known", {"number": number}), *checked.problems))
    record_act(session, actor=officer.actor, act="law.instrument_entered", subject=str(number), at=desk.now())
    return _keep(desk, session, checked, officer, "", None)


def edit(
    desk: Desk,
    session: Session,
    number: str,
    content: Mapping[str, Any],
    officer: Officer,
    *,
    revision: int,
    words: str = "",
) -> Kept:
    """Put this in the place of what is known of an instrument; its number stays.

    ``revision`` is that of the Standing over which it was written. Raises NoSuchInstrument, GuidanceRefused, Incorrect.
    """
    must_keep(officer)
    now_standing = standing(desk, session, number)
    if now_standing.instrument is None:
        raise NoSuchInstrument(number)
    if now_standing.revision != revision:
        raise GuidanceRefused("law_desk.refused.changed_meanwhile")
    checked = check({**_tidied(content), "number": number}, held(desk, session))
    if checked.instrument == now_standing.instrument:
        raise GuidanceRefused("law_desk.refused.same")
    said = words.strip()[:LENGTH]
    detail = {"words": said} if said else {}
    record_act(session, actor=officer.actor, act="law.instrument_edited", subject=number, detail=detail, at=desk.now())
    return _keep(desk, session, checked, officer, said, now_standing.instrument)


def reset(desk: Desk, session: Session, number: str, officer: Officer, *, words: str) -> None:
    """Take an instrument back to what ships. Raises NoSuchInstrument, GuidanceRefused."""
    must_keep(officer)
    now_standing = standing(desk, session, number)
    if now_standing.shipped is None:
        raise GuidanceRefused("law_desk.refused.nothing_ships")
    if not now_standing.is_entered or now_standing.row is None:
        raise GuidanceRefused("law_desk.refused.ships_already")
    said, content = _said(words), now_standing.row.content
    _add_row(desk, session, number, RowState.SHIPPED, content, officer, said)
    impact.open_tasks(desk, session, now_standing.shipped, by=officer.actor, before=now_standing.instrument)
    record_act(
        session,
        actor=officer.actor,
        act="law.instrument_reset",
        subject=number,
        detail={"words": said},
        at=desk.now(),
    )


def set_aside(desk: Desk, session: Session, number: str, officer: Officer, *, words: str) -> None:
    """Mark an instrument as entered by mistake; only while nothing cites it. Its open tasks are done with.

    Raises NoSuchInstrument, GuidanceRefused.
    """
    must_keep(officer)
    now_standing = standing(desk, session, number)
    if now_standing.shipped is not None:
        raise GuidanceRefused("law_desk.refused.ships")
    if not now_standing.is_entered or now_standing.row is None:
        raise GuidanceRefused("law_desk.refused.set_aside_already")
    if found := citing.uses(session, held(desk, session), number):
        raise GuidanceRefused("law_desk.refused.cited", count=sum(found.values()))
    said, content = _said(words), now_standing.row.content
    _add_row(desk, session, number, RowState.MISTAKEN, content, officer, said)
    impact.withdraw(session, number, officer.actor, desk.now())
    record_act(
        session,
        actor=officer.actor,
        act="law.instrument_set_aside",
        subject=number,
        detail={"words": said},
        at=desk.now(),
    )


def must_keep(officer: Officer) -> None:
    if not may_write(officer):
        raise GuidanceRefused("law_desk.refused.not_a_curator")


def _keep(
    desk: Desk, session: Session, checked: Checked, officer: Officer, words: str, before: Instrument | None
) -> Kept:
    if checked.problems or checked.instrument is None:
        raise Incorrect(checked.problems)
    instrument = checked.instrument
    _add_row(desk, session, instrument.number, RowState.ENTERED, instrument.as_json(), officer, words)
    made = impact.open_tasks(desk, session, instrument, by=officer.actor, before=before)
    return Kept(instrument, checked.warnings, made.opened)


def _add_row(
    desk: Desk,
    session: Session,
    number: str,
    state: RowState,
    content: dict[str, Any],
    officer: Officer,
    words: str,
) -> None:
    """Add what was decided; of two at once the database takes one."""
    shipped, last = _shipped(desk, number), register.row_of(session, number)
    row = InstrumentRow(
        number=number,
        revision=last.revision + 1 if last is not None else 1,
        state=state.value,
        content=content,
        shipped_hash=shipped.content_hash() if shipped is not None else None,
        words=words,
        entered_at=desk.now(),
        entered_by=officer.actor,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise GuidanceRefused("law_desk.refused.changed_meanwhile") from None


def _said(words: str) -> str:
    said = words.strip()
    if not said:
        raise GuidanceRefused("law_desk.refused.words_missing")
    if len(said) > LENGTH:
        raise GuidanceRefused("law_desk.refused.words_long", length=LENGTH)
    return said


def _shipped(desk: Desk, number: str) -> Instrument | None:
    return desk.law.shipped[number] if number in desk.law.shipped else None


def _tidied(value: Any) -> Any:
    """The same with its letters as the desk keeps them, however they were typed."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _tidied(each) for key, each in value.items()}
    return [_tidied(each) for each in value] if isinstance(value, list) else value
