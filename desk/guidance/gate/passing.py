"""Whether a draft may be published by what its golden questions showed, and who answers for it where they say no."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance.drafts.steps import said_in
from desk.guidance.gate.verdict import Gate, kept
from desk.guidance.model import GuidanceDraft
from desk.guidance.permissions import GuidanceRefused


@dataclass(frozen=True)
class Override:
    """Why a change is published although the golden questions speak against it; ``seal`` is of what was read."""

    reason: str
    seal: str


def keep(session: Session, draft: GuidanceDraft, gate: Gate) -> None:
    """Keep with a draft what was tried, where it is still the draft that was."""
    if draft.revision == gate.revision:
        draft.gate = gate.as_data()


def fresh(session: Session, draft: GuidanceDraft) -> Gate | None:
    """What was tried of the draft as it is, over what is published now; None where something changed since."""
    gate = kept(draft.gate)
    if gate is None or (gate.revision, gate.publication_no) != (draft.revision, guidance.publication_no(session)):
        return None
    return gate


def must_pass(session: Session, draft: GuidanceDraft, override: Override | None) -> Gate:
    """What was tried of this draft; raises GuidanceRefused where it stops the change and nobody answers for it.

    An override with a reason lets through what the officer has read, and nothing that was found later.
    """
    gate = fresh(session, draft)
    if gate is None:
        raise GuidanceRefused("gate.refused.try_again")
    if not gate.needs_override:
        return gate
    if override is None:
        raise GuidanceRefused(f"gate.refused.{gate.state.value}", count=len(gate.stopping))
    said_in(override.reason)
    if override.seal != gate.seal():
        raise GuidanceRefused("gate.refused.other_result")
    return gate


def override_of(session: Session, entry_id: str, version: int) -> GuidanceDraft | None:
    """The draft by which a version was published against its golden questions; None where it was not."""
    query = select(GuidanceDraft).where(
        GuidanceDraft.entry_id == entry_id,
        GuidanceDraft.published_version == version,
        GuidanceDraft.override_reason.is_not(None),
    )
    return session.scalars(query.order_by(GuidanceDraft.id.desc())).first()
