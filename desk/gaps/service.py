"""What curators do about a gap: write new guidance, add ways to ask to an entry, dismiss, reopen, merge, take apart."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.audit.service import record_act
from desk.desk import Desk
from desk.gaps import reopening, standing
from desk.gaps.counting import note_step, recount
from desk.gaps.model import IN_DRAFT, GapGroup, GapQuestion, GapState, Reason, StepKind
from desk.guidance import versions
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.drafts.opening import HasDraft
from desk.guidance.model import DraftKind, GuidanceDraft
from desk.guidance.permissions import GuidanceRefused, must_write
from desk.guidance.record import LANGUAGES, Language
from desk.people.model import Officer

#: Letters of what is said about a dismissal.
LENGTH = 2_000
#: At most so many questions of a group go into a draft as ways to ask, in each language.
MOST_VARIANTS = 12


def by_id(session: Session, group_id: int, *, to_change: bool = False) -> GapGroup | None:
    """A group; ``to_change`` keeps other transactions from changing it meanwhile."""
    query = select(GapGroup).where(GapGroup.id == group_id)
    if to_change:
        query = query.with_for_update(of=GapGroup).execution_options(populate_existing=True)
    return session.scalar(query)


def draft(desk: Desk, session: Session, group: GapGroup, officer: Officer, language: Language) -> GuidanceDraft:
    """Begin guidance on what the group asks, with its questions as ways to ask. Raises GuidanceRefused."""
    must_write(officer)
    _must_be_open(group)
    at = desk.now()
    begun = draft_opening.open_new(session, officer, at)
    content = {
        **({"group": group.topic} if group.topic else {}),
        "questions": _as_variants(_newest(desk, session, group)),
    }
    reason = desk.texts.say("gaps.reason_of_draft", language, number=group.id, asked=group.asked)
    drafts.save(session, begun, officer, content, reason=reason, revision=begun.revision, at=at)
    group.state, group.draft_id = GapState.DRAFTED.value, begun.id
    _note(desk, session, group, officer, StepKind.DRAFTED, draft=begun.id)
    return begun


def variant(
    desk: Desk,
    session: Session,
    group: GapGroup,
    officer: Officer,
    entry: str,
    chosen: Sequence[str],
    language: Language,
) -> GuidanceDraft:
    """Add the chosen questions to the ways to ask for an entry: in the officer's own draft of it, or a new one.

    ``chosen`` are ids of the group's questions. Raises HasDraft where another writes one, or one retires the entry, and
    GuidanceRefused.
    """
    must_write(officer)
    _must_be_open(group)
    if versions.newest_live(session, entry) is None:
        raise GuidanceRefused("gaps.refused.no_entry")
    picked = _picked(session, group, chosen)
    found = draft_standing.open_of(session, entry)
    if found is not None and (found.author_id != officer.id or found.kind == DraftKind.RETIRE):
        raise HasDraft(found)
    at = desk.now()
    found = found or draft_opening.open_edit(session, entry, officer, at)
    added = _as_variants(standing.masked_questions(desk, session, picked))
    content = {**found.content, "questions": _with(found.content.get("questions") or {}, added)}
    reason = found.reason or desk.texts.say("gaps.reason_of_draft", language, number=group.id, asked=group.asked)
    drafts.save(session, found, officer, content, reason=reason, revision=found.revision, at=at)
    group.state, group.draft_id = GapState.VARIANT.value, found.id
    _note(desk, session, group, officer, StepKind.VARIANT, draft=found.id, entry=entry)
    return found


def dismiss(
    desk: Desk, session: Session, group: GapGroup, officer: Officer, reason: str, words: str = "", entry: str = ""
) -> None:
    """Close the group for a reason, until more ask. Raises GuidanceRefused.

    ``words`` are wanted for ``wrong`` and ``other``; ``entry`` is what answers it elsewhere, where guidance does.
    """
    must_write(officer)
    _must_be_open(group)
    if reason not in list(Reason):
        raise GuidanceRefused("gaps.refused.no_reason")
    words, entry = words.strip()[:LENGTH], entry.strip()
    if reason in (Reason.OTHER, Reason.WRONG) and not words:
        raise GuidanceRefused("gaps.refused.words_missing")
    if entry and versions.newest_live(session, entry) is None:
        raise GuidanceRefused("gaps.refused.no_entry")
    group.state, group.reason, group.words = GapState.DISMISSED.value, reason, words
    group.settled_entry = entry if entry and reason == Reason.ANSWERED_ELSEWHERE else None
    group.settled_at, group.asked_when_settled = desk.now(), group.asked
    _note(desk, session, group, officer, StepKind.DISMISSED, words or None, reason=reason)


def reopen(desk: Desk, session: Session, group: GapGroup, officer: Officer, words: str) -> None:
    """Open a settled group again, for a reason; a draft that was begun goes on without it. Raises GuidanceRefused."""
    must_write(officer)
    if group.state in (GapState.OPEN, GapState.MERGED):
        raise GuidanceRefused("gaps.refused.not_settled")
    words = words.strip()[:LENGTH]
    if not words:
        raise GuidanceRefused("gaps.refused.words_missing")
    group.state, group.draft_id, group.reason = GapState.OPEN.value, None, None
    group.settled_entry, group.settled_at = None, None
    _note(desk, session, group, officer, StepKind.REOPENED, words)


def merge(desk: Desk, session: Session, group: GapGroup, into: GapGroup, officer: Officer) -> None:
    """Put all questions of a group into another that asks the same; what asks so goes there from now on."""
    must_write(officer)
    if group.id == into.id:
        raise GuidanceRefused("gaps.refused.same_group")
    _must_be_open(group)
    if into.state == GapState.MERGED:
        raise GuidanceRefused("gaps.refused.not_open")
    for question in session.scalars(select(GapQuestion).where(GapQuestion.group_id == group.id)):
        question.group_id = into.id
    group.state, group.merged_into_id = GapState.MERGED.value, into.id
    recount(session, group)
    recount(session, into)
    _note(desk, session, group, officer, StepKind.MERGED, into=into.id)
    note_step(session, into, StepKind.TOOK_IN, desk.now(), officer, None, of=group.id)
    reopening.after_a_question(session, desk, into)


def take_out(desk: Desk, session: Session, group: GapGroup, officer: Officer, chosen: Sequence[str]) -> GapGroup:
    """Put the chosen questions into a group of their own, because they ask something else."""
    must_write(officer)
    if group.state == GapState.MERGED:
        raise GuidanceRefused("gaps.refused.not_open")
    picked = _picked(session, group, chosen)
    if len(picked) == group.asked:
        raise GuidanceRefused("gaps.refused.all_chosen")
    other = GapGroup(first_asked_at=picked[0].asked_at, last_asked_at=picked[-1].asked_at)
    session.add(other)
    session.flush()
    for question in picked:
        question.group_id = question.placed_in_id = other.id
    recount(session, group)
    recount(session, other)
    note_step(session, other, StepKind.BEGUN, desk.now(), officer, None, of=group.id)
    _note(desk, session, group, officer, StepKind.TAKEN_OUT, into=other.id, questions=len(picked))
    return other


def _must_be_open(group: GapGroup) -> None:
    if group.state != GapState.OPEN:
        raise GuidanceRefused("gaps.refused.in_draft" if group.state in IN_DRAFT else "gaps.refused.not_open")


def _picked(session: Session, group: GapGroup, chosen: Sequence[str]) -> list[GapQuestion]:
    query = (
        select(GapQuestion)
        .where(GapQuestion.group_id == group.id, GapQuestion.enquiry_id.in_(list(chosen)))
        .order_by(GapQuestion.asked_at, GapQuestion.enquiry_id)
    )
    picked = list(session.scalars(query))
    if not picked:
        raise GuidanceRefused("gaps.refused.none_chosen")
    return picked


def _newest(desk: Desk, session: Session, group: GapGroup) -> list[standing.Example]:
    query = select(GapQuestion).where(GapQuestion.group_id == group.id).order_by(GapQuestion.asked_at.desc())
    return standing.masked_questions(desk, session, session.scalars(query.limit(10 * MOST_VARIANTS)))


def _as_variants(some: Sequence[standing.Example]) -> dict[str, list[str]]:
    """Ways to ask by language, each once, however it was typed."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for example in some:
        found[example.language].setdefault(folded(example.text), example.text)
    return {language: list(asked.values())[:MOST_VARIANTS] for language, asked in found.items()}


def _with(present: dict[str, list[str]], added: dict[str, list[str]]) -> dict[str, list[str]]:
    together: dict[str, list[str]] = {}
    for language in LANGUAGES:
        has = present.get(language) or []
        known = {folded(question) for question in has}
        together[language] = [*has, *(question for question in added[language] if folded(question) not in known)]
    return together


def _note(
    desk: Desk,
    session: Session,
    group: GapGroup,
    officer: Officer,
    kind: StepKind,
    words: str | None = None,
    **detail: object,
) -> None:
    """Note the act in the group's trace and in the audit, which keeps no words about what people asked."""
    at = desk.now()
    note_step(session, group, kind, at, officer, words, **detail)
    told = {**detail, **({"words_length": len(words)} if words else {})}
    record_act(session, actor=officer.actor, act=f"gap.{kind.value}", subject=f"gap:{group.id}", detail=told, at=at)
