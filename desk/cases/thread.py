"""What a case's thread amounts to: its state, and who holds it. No clock and no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desk.cases.model import CaseEntry, CaseState, EntryKind

_TAKE = (EntryKind.CLAIMED, EntryKind.TAKEN_OVER)
_LET_GO = (EntryKind.RETURNED, EntryKind.RETURNED_UNTOUCHED, EntryKind.RESOLVED, EntryKind.CLOSED)
_PERSONS_TURN = (EntryKind.OPENED, EntryKind.PERSON_WROTE, EntryKind.REOPENED)
#: A draft is settled by its head and its officer, and falls away with the hold of whoever wrote it.
_SETTLE_DRAFT = (
    EntryKind.DRAFT_RETURNED,
    EntryKind.DRAFT_WITHDRAWN,
    EntryKind.REPLIED,
    EntryKind.TRANSFERRED,
    *_LET_GO,
)
#: What the person sees of the thread; who held the case when, and what officers noted, is the staff's matter.
FOR_THE_PERSON = (
    EntryKind.OPENED,
    EntryKind.REPLIED,
    EntryKind.ASKED,
    EntryKind.PERSON_WROTE,
    EntryKind.DELAY_TOLD,
    EntryKind.RESOLVED,
    EntryKind.REOPENED,
    EntryKind.CLOSED,
)


@dataclass(frozen=True)
class Standing:
    """Where a case stands. ``holder_id`` is the officer who holds it, set in exactly the states that have a holder."""

    state: CaseState
    holder_id: int | None


def standing_of(entries: Iterable[CaseEntry]) -> Standing:
    """The state and the holder that the entries, in order, amount to.

    Whoever holds a case is the last who claimed it, took it over, or was handed it by a transfer. Without a holder an
    open case waits, whatever was said in it.
    """
    holder: int | None = None
    said, ended = CaseState.CLAIMED, None
    for entry in entries:
        kind = EntryKind(entry.kind)
        if kind in _TAKE:
            holder = entry.officer_id
        elif kind is EntryKind.TRANSFERRED:
            holder = (entry.detail or {}).get("officer_id")
        elif kind in _LET_GO:
            holder = None
        match kind:
            case EntryKind.REPLIED:
                said = CaseState.ANSWERED
            case EntryKind.ASKED:
                said = CaseState.NEEDS_INFORMATION
            case EntryKind.PERSON_WROTE:
                said = CaseState.CLAIMED
            case EntryKind.RESOLVED:
                ended = CaseState.RESOLVED
            case EntryKind.CLOSED:
                ended = CaseState.CLOSED
            case EntryKind.REOPENED:
                said, ended = CaseState.CLAIMED, None
            case _:
                pass
    if ended is not None:
        return Standing(ended, None)
    return Standing(said, holder) if holder is not None else Standing(CaseState.WAITING, None)


def owes_an_answer(entries: Iterable[CaseEntry]) -> bool:
    """Whether the person's last words still wait for officers; not after a reply, nor while the person is asked."""
    owes = False
    for entry in entries:
        if entry.kind in _PERSONS_TURN:
            owes = True
        elif entry.kind in (EntryKind.REPLIED, EntryKind.ASKED):
            owes = False
    return owes


def pending_draft(entries: Iterable[CaseEntry]) -> CaseEntry | None:
    """The reply that waits for its second signature."""
    draft: CaseEntry | None = None
    for entry in entries:
        if entry.kind == EntryKind.DRAFTED:
            draft = entry
        elif entry.kind in _SETTLE_DRAFT:
            draft = None
    return draft


def wrote_since(entries: Iterable[CaseEntry], draft: CaseEntry) -> bool:
    """Whether the person wrote after this draft, so that it answers less than they asked."""
    kinds = [entry.kind for entry in entries if entry is draft or entry.kind == EntryKind.PERSON_WROTE]
    return kinds[-1] == EntryKind.PERSON_WROTE


def spam_reason(entries: Iterable[CaseEntry]) -> str | None:
    """Why the case was put away as spam; None where it was not, or was opened again since."""
    reason: str | None = None
    for entry in entries:
        if entry.kind == EntryKind.RESOLVED:
            reason = (entry.detail or {}).get("spam")
        elif entry.kind == EntryKind.REOPENED:
            reason = None
    return reason


def is_of_spam(entry: CaseEntry) -> bool:
    """Whether an entry puts the case away as spam, or takes that back: of neither is the person told."""
    return "spam" in (entry.detail or {}) or (entry.kind == EntryKind.REOPENED and entry.officer_id is not None)
