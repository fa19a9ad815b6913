"""The acts of a recall: a dry run, a plan with its words, another person who lets it go, pausing and stopping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.guidance import versions
from desk.people.model import Officer
from desk.recall import finding, permissions
from desk.recall.days import LONGEST
from desk.recall.finding import Numbers, Wrong
from desk.recall.model import OPEN, Recall, RecallRecipient, RecallState, RecallStep
from desk.recall.permissions import RecallRefused

#: Letters of what was wrong, in one language, and of a reason.
LENGTH = 1_000


@dataclass(frozen=True)
class Prospect:
    """What a recall would be: nothing of it is kept."""

    recall: Recall
    wrong: Wrong
    numbers: Numbers


@dataclass(frozen=True)
class Plan:
    """What a person decides of a recall: how far back, whether older texts were wrong too, its words, its hurry."""

    days: int
    earlier: bool = False
    urgent: bool = False
    wrong_vi: str = ""
    wrong_en: str = ""


def prospect(desk: Desk, session: Session, entry: str, plan: Plan) -> Prospect:
    """The dry run: whom a recall of an entry would tell; raises RecallRefused where nothing was said to be wrong."""
    if not 1 <= plan.days <= LONGEST:
        raise RecallRefused("recall.refused.days", "days", longest=LONGEST)
    wrong = finding.wrong_in(session, entry, desk.today())
    if wrong is None:
        raise RecallRefused("recall.refused.nothing_wrong")
    recall = Recall(
        entry_id=entry,
        versions=sorted((*wrong.versions, *(wrong.earlier if plan.earlier else ()))),
        corrected=wrong.corrected,
        since=desk.now() - dt.timedelta(days=plan.days),
        wrong_vi=plan.wrong_vi.strip(),
        wrong_en=plan.wrong_en.strip(),
        urgent=plan.urgent,
        state=RecallState.PLANNED.value,
    )
    return Prospect(recall, wrong, finding.numbers(finding.reached(session, recall)))


def plan(desk: Desk, session: Session, entry: str, decided: Plan, officer: Officer) -> Recall:
    """Keep a recall for another person to look at; raises RecallRefused."""
    permissions.must_plan(officer)
    found = prospect(desk, session, entry, decided)
    recall = found.recall
    _must_be_worded({"wrong_vi": recall.wrong_vi, "wrong_en": recall.wrong_en})
    if found.numbers.chats == 0:
        raise RecallRefused("recall.refused.nobody", "days")
    recall.planned_by, recall.edited_by, recall.planned_at = officer, officer, desk.now()
    try:
        with session.begin_nested():
            session.add(recall)
    except IntegrityError as error:
        raise RecallRefused("recall.refused.is_open") from error
    _note(desk, session, recall, officer.actor, RecallStep.PLANNED, {"versions": recall.versions, "days": decided.days})
    return recall


def reword(desk: Desk, session: Session, recall: Recall, words: Mapping[str, str], officer: Officer) -> None:
    """Change what the correction says was wrong, before it begins; whoever does no longer lets it go."""
    permissions.must_plan(officer)
    _must_be(recall, RecallState.PLANNED)
    said = {name: words.get(name, "").strip() for name in ("wrong_vi", "wrong_en")}
    _must_be_worded(said)
    recall.wrong_vi, recall.wrong_en, recall.edited_by = said["wrong_vi"], said["wrong_en"], officer
    _note(desk, session, recall, officer.actor, RecallStep.REWORDED)


def start(desk: Desk, session: Session, recall: Recall, officer: Officer, *, chats: int) -> None:
    """Let it go; ``chats`` is the number that the officer saw and agrees to. Raises RecallRefused.

    From here on the chats are rows: each is told once, whatever happens meanwhile.
    """
    permissions.must_start(session, recall, officer)
    _must_be(recall, RecallState.PLANNED)
    _must_still_hold(desk, session, recall)
    found = finding.reached(session, recall)
    count = finding.numbers(found).chats
    if count != chats:
        raise RecallRefused("recall.refused.other_number", "chats", count=count)
    recall.state, recall.started_by, recall.started_at = RecallState.RUNNING.value, officer, desk.now()
    recall.chats = count
    session.flush()
    for one in found:
        why = one.left_out.value if one.left_out is not None else None
        session.add(RecallRecipient(recall_id=recall.id, chat_id=one.chat.id, left_out=why))
    session.flush()
    _note(desk, session, recall, officer.actor, RecallStep.STARTED, {"chats": count})


def pause(desk: Desk, session: Session, recall: Recall, officer: Officer) -> None:
    """Nothing more goes out until it is resumed; raises RecallRefused."""
    permissions.must_hold(session, officer)
    _must_be(recall, RecallState.RUNNING)
    recall.state = RecallState.PAUSED.value
    _note(desk, session, recall, officer.actor, RecallStep.PAUSED)


def pause_by_itself(desk: Desk, session: Session, recall: Recall) -> None:
    """What it says holds was changed meanwhile: a person has to look before another wrong text goes out."""
    recall.state = RecallState.PAUSED.value
    _note(desk, session, recall, "clock", RecallStep.PAUSED, {"version": recall.corrected})


def resume(desk: Desk, session: Session, recall: Recall, officer: Officer) -> None:
    """Go on where it was; raises RecallRefused."""
    permissions.must_resume(session, officer)
    _must_be(recall, RecallState.PAUSED)
    _must_still_hold(desk, session, recall)
    recall.state = RecallState.RUNNING.value
    _note(desk, session, recall, officer.actor, RecallStep.RESUMED)


def stop(desk: Desk, session: Session, recall: Recall, officer: Officer, reason: str) -> None:
    """End it for good; who was told stays told. Raises RecallRefused."""
    permissions.must_hold(session, officer)
    _must_be(recall, *OPEN)
    if not reason.strip():
        raise RecallRefused("recall.refused.reason", "reason")
    recall.state, recall.finished_at = RecallState.STOPPED.value, desk.now()
    _note(desk, session, recall, officer.actor, RecallStep.STOPPED, {"reason": reason.strip()[:LENGTH]})


def finish(desk: Desk, session: Session, recall: Recall) -> None:
    """Everybody was told who could be."""
    recall.state, recall.finished_at = RecallState.FINISHED.value, desk.now()
    _note(desk, session, recall, "clock", RecallStep.FINISHED)


def numbers_of(session: Session, recall: Recall) -> Numbers:
    """The numbers of a recall as they are now, for whoever is to let it go."""
    return finding.numbers(finding.reached(session, recall))


def by_id(session: Session, id: int, *, to_change: bool = False) -> Recall | None:
    """A recall by its number; to change it, locked and as it is now."""
    query = select(Recall).where(Recall.id == id)
    if to_change:
        query = query.with_for_update(of=Recall).execution_options(populate_existing=True)
    return session.scalar(query)


def open_of(session: Session, entry: str) -> Recall | None:
    """The recall of an entry of which something can still come."""
    return session.scalar(select(Recall).where(Recall.entry_id == entry, Recall.state.in_(OPEN)))


def still_holds(desk: Desk, session: Session, recall: Recall) -> bool:
    """Whether what the correction says holds is still what holds today."""
    now = versions.in_force(session, recall.entry_id, desk.today())
    return (now.number if now is not None else None) == recall.corrected


def _must_still_hold(desk: Desk, session: Session, recall: Recall) -> None:
    if not still_holds(desk, session, recall):
        raise RecallRefused("recall.refused.text_changed")


def _must_be(recall: Recall, *states: RecallState) -> None:
    if recall.state not in states:
        raise RecallRefused("recall.refused.not_now")


def _must_be_worded(words: Mapping[str, str]) -> None:
    for name, said in words.items():
        if not said:
            raise RecallRefused("recall.refused.words", name)
        if len(said) > LENGTH:
            raise RecallRefused("recall.refused.long_words", name, length=LENGTH)


def _note(
    desk: Desk, session: Session, recall: Recall, actor: str, step: RecallStep, detail: dict[str, Any] | None = None
) -> None:
    session.flush()
    subject = f"{recall.entry_id}#{recall.id}"
    record_act(session, actor=actor, act=f"recall.{step.value}", subject=subject, detail=detail, at=desk.now())
