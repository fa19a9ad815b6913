"""Publishing at the moment that was set: the clock looks again at everything, and tells both people where it could not.

Two clocks at once publish nothing twice: the draft is claimed by an update that only one of them can do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.cases import words
from desk.cases.officers import notices
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.drafts.carrying_out import carry_out, forget_override
from desk.guidance.drafts.steps import note_step
from desk.guidance.gate import service as gates
from desk.guidance.gate.verdict import Gate, GateState, kept
from desk.guidance.model import DraftState, GuidanceDraft, StepKind
from desk.guidance.record import Language
from desk.speech import Utterance

#: How long a draft whose moment has come waits for a search that does not answer.
PATIENCE = dt.timedelta(minutes=10)
#: Why a draft was not published when its moment came; each has a text: lifecycle.missed.<reason>.
Reason = Literal["incomplete", "out_of_date", "stopped", "not_run"]


def due(desk: Desk, session: Session) -> list[tuple[int, int]]:
    """The drafts whose moment has come, with the revision that they have."""
    query = select(GuidanceDraft.id, GuidanceDraft.revision).where(
        GuidanceDraft.state == DraftState.SCHEDULED, GuidanceDraft.publish_at <= desk.now()
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(GuidanceDraft.publish_at, GuidanceDraft.id))]


def publish(desk: Desk, draft_id: int, revision: int) -> None:
    """Publish a draft whose moment has come, or return it to its author with the reason; call it with no transaction.

    Nothing happens where the draft changed meanwhile, or something was published while its questions were tried: it is
    due again at the next look.
    """
    gate = gates.look(desk, draft_id)
    with desk.store.writing() as session:
        if not _claimed(session, draft_id, revision, desk.now()):
            return
        draft = draft_standing.by_id(session, draft_id, to_change=True)
        assert draft is not None, "it was claimed"
        if gate is not None and gate.publication_no != guidance.publication_no(session):
            return
        reason = _against(desk, session, draft, gate)
        if reason == "not_run" and desk.now() - (draft.publish_at or desk.now()) < PATIENCE:
            return
        if gate is not None:
            draft.gate = gate.as_data()
        if reason is None:
            carry_out(session, draft, None, desk.now())
        else:
            _miss(desk, session, draft, reason)


def _claimed(session: Session, draft_id: int, revision: int, now: dt.datetime) -> bool:
    claim = update(GuidanceDraft).where(
        GuidanceDraft.id == draft_id,
        GuidanceDraft.state == DraftState.SCHEDULED,
        GuidanceDraft.publish_at <= now,
        GuidanceDraft.revision == revision,
    )
    # The value is the one it has: what counts is that the row is ours until the end of this transaction.
    return session.execute(claim.values(revision=revision).returning(GuidanceDraft.id)).first() is not None


def _against(desk: Desk, session: Session, draft: GuidanceDraft, gate: Gate | None) -> Reason | None:
    """What keeps the draft from being published now."""
    if draft_standing.problems(session, draft, desk.instruments, desk.today()):
        return "incomplete"
    if draft_standing.is_out_of_date(session, draft):
        return "out_of_date"
    if gate is None:
        return "not_run"
    answered_for = kept(draft.gate) if draft.override_reason is not None else None
    if not gate.needs_override or (answered_for is not None and gate.is_within(answered_for)):
        return None
    return "not_run" if gate.state is GateState.NOT_RUN else "stopped"


def _miss(desk: Desk, session: Session, draft: GuidanceDraft, reason: Reason) -> None:
    draft.state, draft.missed = DraftState.RETURNED.value, reason
    forget_override(draft)
    note_step(session, draft, None, StepKind.MISSED, desk.now(), reason)
    for officer in {draft.author_id: draft.author, draft.reviewer_id: draft.reviewer}.values():
        if officer is not None:
            notices.tell(desk, session, officer, None, _said(desk, draft, reason))


def _said(desk: Desk, draft: GuidanceDraft, reason: Reason) -> Callable[[Language], Utterance]:
    titles, moment = draft.content.get("title") or {}, draft.publish_at or desk.now()

    def say(language: Language) -> Utterance:
        name = titles.get(language) or draft.entry_id or ""
        told = desk.texts.say("lifecycle.told_missed", language, name=name, at=words.moment(moment, language))
        return Utterance.plain(told, desk.texts.say(f"lifecycle.missed.{reason}", language))

    return say
