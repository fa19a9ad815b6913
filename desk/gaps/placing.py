"""Puts questions into groups in the background: noted, embedded once, placed one after another in the order asked."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.gaps import collecting, reopening
from desk.gaps.counting import note_step, recount
from desk.gaps.grouping import Place, Placed, as_bytes, choose, nearest
from desk.gaps.model import GapGroup, GapQuestion, GapState, StepKind

#: So many questions are embedded in one call, and placed before others are looked for.
BATCH = 8
#: A new question is held against so many earlier ones, the newest.
COMPARED = 20_000


def group_some(desk: Desk) -> int:
    """Note, embed and place what is due, a batch at most; how many questions were placed. Raises SearchUnavailable.

    The knowledge process is asked with no transaction open. Of two clocks at once each question is placed by one.
    """
    _collect(desk)
    _embed(desk)
    placed = sum(_place(desk, enquiry_id) for enquiry_id in _unplaced(desk))
    reopening.follow(desk)
    return placed


def _collect(desk: Desk) -> None:
    with desk.store.reading() as session:
        due = collecting.uncollected(session, desk.now())
    if due:
        with desk.store.writing() as session:
            for enquiry_id in due:
                collecting.collect(session, enquiry_id)


def _embed(desk: Desk) -> None:
    with desk.store.reading() as session:
        query = (
            select(Enquiry)
            .join(GapQuestion, GapQuestion.enquiry_id == Enquiry.id)
            .where(GapQuestion.vector.is_(None), Enquiry.text != "")
            .order_by(Enquiry.asked_at, Enquiry.id)
            .limit(BATCH)
        )
        due = {enquiry.id: collecting.asked(enquiry) for enquiry in session.scalars(query)}
    if not due:
        return
    vectors = desk.search.vectors(list(due.values()))
    with desk.store.writing() as session:
        for enquiry_id, vector in zip(due, vectors, strict=True):
            session.execute(
                update(GapQuestion)
                .where(GapQuestion.enquiry_id == enquiry_id, GapQuestion.vector.is_(None))
                .values(vector=as_bytes(vector))
            )


def _unplaced(desk: Desk) -> list[str]:
    with desk.store.reading() as session:
        query = (
            select(GapQuestion.enquiry_id)
            .join(Enquiry, Enquiry.id == GapQuestion.enquiry_id)
            .where(GapQuestion.group_id.is_(None), GapQuestion.vector.is_not(None), GapQuestion.vector != b"")
            .where(Enquiry.text != "")
            .order_by(GapQuestion.asked_at, GapQuestion.enquiry_id)
            .limit(BATCH)
        )
        return list(session.scalars(query))


def _place(desk: Desk, enquiry_id: str) -> bool:
    """Look for the question's group, and put it there or into a new one; False where another clock did."""
    with desk.store.reading() as session:
        question = session.get_one(GapQuestion, enquiry_id)
        text = collecting.asked(session.get_one(Enquiry, enquiry_id))
        looked_at = _nearest(session, question)
        sizes = _sizes(session, {one.group for one in looked_at})
    likeness = desk.search.likeness(text, [one.text for one in looked_at]) if looked_at else []
    found = choose(looked_at, likeness, sizes)
    with desk.store.writing() as session:
        return _put(session, desk, enquiry_id, found)


def _nearest(session: Session, question: GapQuestion) -> list[Placed]:
    """The earlier questions to look at; those whose words were forgotten are left out."""
    query = (
        select(GapQuestion.enquiry_id, GapQuestion.placed_in_id, GapQuestion.vector)
        .where(GapQuestion.placed_in_id.is_not(None), GapQuestion.vector.is_not(None))
        .order_by(GapQuestion.asked_at.desc(), GapQuestion.enquiry_id)
        .limit(COMPARED)
    )
    rows = [(row[0], row[1] or 0, row[2] or b"") for row in session.execute(query)]
    near = [rows[place] for place in nearest(question.vector or b"", [vector for _, _, vector in rows])]
    written = select(Enquiry).where(Enquiry.id.in_([id for id, _, _ in near]), Enquiry.text != "")
    texts = {enquiry.id: collecting.asked(enquiry) for enquiry in session.scalars(written)}
    return [Placed(placed_in, texts[id]) for id, placed_in, _ in near if id in texts]


def _sizes(session: Session, groups: Collection[int]) -> dict[int, int]:
    query = (
        select(GapQuestion.placed_in_id, func.count())
        .where(GapQuestion.placed_in_id.in_(groups))
        .group_by(GapQuestion.placed_in_id)
    )
    return {row[0] or 0: row[1] for row in session.execute(query)}


def _put(session: Session, desk: Desk, enquiry_id: str, found: Place | None) -> bool:
    question = session.scalars(select(GapQuestion).where(GapQuestion.enquiry_id == enquiry_id).with_for_update()).one()
    if question.group_id is not None:
        return False
    group = _standing(session, found.group) if found is not None else None
    if group is None:
        group = GapGroup(first_asked_at=question.asked_at, last_asked_at=question.asked_at)
        session.add(group)
        session.flush()
        note_step(session, group, StepKind.BEGUN, desk.now())
    question.group_id, question.placed_in_id = group.id, found.group if found is not None else group.id
    recount(session, group)
    reopening.after_a_question(session, desk, group)
    return True


def _standing(session: Session, group_id: int) -> GapGroup:
    """The group, locked; where it was merged into another, that one."""
    group = session.scalars(select(GapGroup).where(GapGroup.id == group_id).with_for_update(of=GapGroup)).one()
    if group.state == GapState.MERGED and group.merged_into_id is not None:
        return _standing(session, group.merged_into_id)
    return group
