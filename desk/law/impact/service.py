"""Review tasks of an instrument: found and kept once, worked off with words, and made for what ships anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case
from desk.cases.permissions import may_work_on
from desk.desk import Desk
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.permissions import GuidanceRefused, may_write, must_write
from desk.law.impact.finding import Affected, find, touches_of
from desk.law.impact.model import How, ImpactKind, ImpactTask, ShippedInstrument
from desk.law.instruments import Instrument
from desk.people.model import Officer

#: Letters of the words with which a task is done.
LENGTH = 1000
#: How a task of a kind can be done in words; opening a draft is an act of its own.
WAYS = {
    ImpactKind.ENTRY: (How.RIGHT,),
    ImpactKind.CASE: (How.RIGHT, How.TOLD, How.PASSED),
    ImpactKind.ANSWER: (How.RIGHT, How.TOLD, How.PASSED),
}
CONTENT = "content"


@dataclass(frozen=True)
class Made:
    """What a look at an instrument's impact came to: all that was found, and the tasks opened because of it."""

    found: tuple[Affected, ...]
    opened: int

    def of(self, kind: ImpactKind) -> int:
        return sum(each.kind == kind for each in self.found)


def look(desk: Desk, session: Session, instrument: Instrument, before: Instrument | None = None) -> list[Affected]:
    """What cites that which the instrument changes; with ``before`` only for changes that were not known of it then."""
    known = touches_of(before) if before is not None else []
    touches = [touch for touch in touches_of(instrument) if touch not in known]
    days = int(desk.settings.value("impact_days"))
    return find(session, touches, desk.now() - dt.timedelta(days=days)) if touches else []


def open_tasks(
    desk: Desk, session: Session, instrument: Instrument, *, by: str, before: Instrument | None = None
) -> Made:
    """Keep a task for each entry, case and answer that has none of this instrument yet; ``before`` as in ``look``.

    One that is open is told its reasons anew; one that was done stays done, unless there is a reason that was not
    known then.
    """
    found = look(desk, session, instrument, before)
    query = select(ImpactTask).where(ImpactTask.instrument == instrument.number)
    kept = {(task.kind, task.subject): task for task in session.scalars(query)}
    opened, new = 0, []
    for each in found:
        task = kept.get((each.kind.value, each.subject))
        if task is None:
            new.append(_new(instrument.number, each, desk.now()))
        elif task.is_open:
            task.why = _merged(task.why, each.why)
        elif _has_news(each, task):
            _open_again(task, each, desk.now())
            opened += 1
    if new:
        session.execute(insert(ImpactTask), new)
    opened += len(new)
    if opened:
        detail = {"tasks": opened}
        record_act(session, actor=by, act="law.impact_found", subject=instrument.number, detail=detail, at=desk.now())
    session.flush()
    return Made(tuple(found), opened)


def _new(instrument: str, affected: Affected, at: dt.datetime) -> dict[str, Any]:
    """The row of a task; there may be thousands at once."""
    return {
        "instrument": instrument,
        "kind": affected.kind.value,
        "subject": affected.subject,
        "entry_id": affected.entry,
        "case_id": affected.case_id,
        "why": affected.why,
        "opened_at": at,
        "words": "",
    }


def _merged(known: list[dict[str, Any]], why: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reasons of an open task with those that were found now, which are the newer word on the same change."""
    return list({(each["changed"], each["how"], each["entry"]): each for each in [*known, *why]}.values())


def _has_news(affected: Affected, task: ImpactTask) -> bool:
    return bool(_touched(affected.why) - _touched(task.why))


def _touched(why: list[dict[str, Any]]) -> set[tuple[str, str | None]]:
    """The articles that reasons speak of; a day that moves, or another clause, is no new reason."""
    places = [(reason["changed"], place["article"]) for reason in why for place in reason["places"]]
    return {*places, *((reason["changed"], None) for reason in why if not reason["places"])}


def _open_again(task: ImpactTask, affected: Affected, at: dt.datetime) -> None:
    task.why, task.opened_at = affected.why, at
    task.done_at, task.done_by, task.how, task.words = None, None, None, ""


def settle(
    desk: Desk,
    session: Session,
    task: ImpactTask,
    officer: Officer,
    how: How,
    words: str,
    *,
    alike: bool = False,
) -> int:
    """Say that a task is done, and how; ``alike`` with it all open answers from the same entry. Returns how many.

    Raises GuidanceRefused.
    """
    _must_be_open_to(session, task, officer)
    if how not in WAYS[ImpactKind(task.kind)]:
        raise GuidanceRefused("law_desk.refused.no_such_way")
    said = words.strip()
    if not said:
        raise GuidanceRefused("law_desk.refused.words_missing")
    if len(said) > LENGTH:
        raise GuidanceRefused("law_desk.refused.words_long", length=LENGTH)
    done = [task, *(_alike(session, task) if alike and task.kind == ImpactKind.ANSWER else ())]
    for each in done:
        _close(each, how, said, officer.actor, desk.now())
    _record(session, task, officer, len(done), desk.now())
    return len(done)


def open_draft(desk: Desk, session: Session, task: ImpactTask, officer: Officer) -> int:
    """Open a draft of the task's entry, or take the one that is open already; the draft's number."""
    must_write(officer)
    _must_be_open_to(session, task, officer)
    if task.kind != ImpactKind.ENTRY or task.entry_id is None:
        raise GuidanceRefused("law_desk.refused.no_such_way")
    try:
        draft = draft_opening.open_edit(session, task.entry_id, officer, desk.now()).id
    except draft_opening.HasDraft as present:
        draft = present.draft_id
    _close(task, How.DRAFT, str(draft), officer.actor, desk.now())
    _record(session, task, officer, 1, desk.now())
    return draft


def withdraw(session: Session, instrument: str, by: str, at: dt.datetime) -> None:
    """Be done with the open tasks of an instrument that was entered by mistake."""
    session.execute(
        update(ImpactTask)
        .where(ImpactTask.instrument == instrument, ImpactTask.done_at.is_(None))
        .values(done_at=at, done_by=by, how=How.MISTAKEN.value)
    )


def note_shipped(desk: Desk, session: Session) -> dict[str, int]:
    """Make the tasks of instruments that ship since the last start; how many each made, by number.

    A store that never looked only notes what ships: that is no news.
    """
    shipped = {one.number: one for one in desk.law.shipped}
    seen = set(session.scalars(select(ShippedInstrument.number)))
    new = [one for number, one in shipped.items() if number not in seen]
    session.add_all(ShippedInstrument(number=one.number, seen_at=desk.now()) for one in new)
    if not seen:
        return {}
    return {one.number: open_tasks(desk, session, one, by=CONTENT).opened for one in new if one.changes}


def by_id(session: Session, task_id: int) -> ImpactTask | None:
    return session.get(ImpactTask, task_id)


def may_settle(session: Session, task: ImpactTask, officer: Officer) -> bool:
    """Whether the task is the officer's to do: a curator's, and one of a case also of who works on it."""
    if may_write(officer):
        return True
    case = session.get(Case, task.case_id) if task.case_id is not None else None
    return case is not None and may_work_on(case, officer)


def _must_be_open_to(session: Session, task: ImpactTask, officer: Officer) -> None:
    if not may_settle(session, task, officer):
        raise GuidanceRefused("law_desk.refused.not_a_curator")
    if not task.is_open:
        raise GuidanceRefused("law_desk.refused.task_done")


def _close(task: ImpactTask, how: How, words: str, by: str, at: dt.datetime) -> None:
    task.done_at, task.done_by, task.how, task.words = at, by, how.value, words


def _record(session: Session, task: ImpactTask, officer: Officer, count: int, at: dt.datetime) -> None:
    # What is said of a case or an answer is about a person's matter: the task keeps the words, the audit does not.
    said = len(task.words)
    detail = {"kind": task.kind, "about": task.subject, "how": task.how, "words_length": said, "tasks": count}
    record_act(session, actor=officer.actor, act="law.impact_settled", subject=task.instrument, detail=detail, at=at)


def _alike(session: Session, task: ImpactTask) -> list[ImpactTask]:
    """The other open answers from the same entry."""
    query = select(ImpactTask).where(
        ImpactTask.instrument == task.instrument,
        ImpactTask.kind == task.kind,
        ImpactTask.entry_id == task.entry_id,
        ImpactTask.done_at.is_(None),
        ImpactTask.id != task.id,
    )
    return list(session.scalars(query))
