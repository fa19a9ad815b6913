"""Puts comments into groups of one meaning in the background, as gaps are (decision 37); without a search they wait."""

from __future__ import annotations

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from desk.consultations.model import Comment, CommentGroup
from desk.desk import Desk
from desk.gaps.grouping import Place, Placed, as_bytes, choose, nearest

#: So many comments are embedded in one call, and placed before others are looked for.
BATCH = 8
#: A comment is held against so many earlier ones on the same question, the newest.
COMPARED = 5_000


def group_some(desk: Desk) -> int:
    """Embed and place what is due, a batch at most; how many were placed. Raises SearchUnavailable.

    The knowledge process is asked with no transaction open. Of two clocks at once each comment is placed by one.
    """
    _embed(desk)
    with desk.store.reading() as session:
        due = list(session.scalars(_unplaced().limit(BATCH)))
    return sum(_place(desk, id) for id in due)


def _embed(desk: Desk) -> None:
    with desk.store.reading() as session:
        query = select(Comment.id, Comment.text).where(Comment.vector.is_(None)).order_by(Comment.id).limit(BATCH)
        due = {row.id: row.text for row in session.execute(query)}
    if not due:
        return
    vectors = desk.search.vectors(list(due.values()))
    with desk.store.writing() as session:
        for id, vector in zip(due, vectors, strict=True):
            session.execute(
                update(Comment).where(Comment.id == id, Comment.vector.is_(None)).values(vector=as_bytes(vector))
            )


def _unplaced() -> Select[int]:
    return (
        select(Comment.id)
        .where(
            Comment.group_id.is_(None),
            Comment.set_aside.is_(False),
            Comment.vector.is_not(None),
            Comment.vector != b"",
        )
        .order_by(Comment.id)
    )


def _place(desk: Desk, id: int) -> bool:
    """Look for the comment's group, and put it there or into a new one; False where another clock did."""
    with desk.store.reading() as session:
        comment = session.get_one(Comment, id)
        looked_at = _nearest(session, comment)
        groups = {one.group for one in looked_at}
        sized = select(Comment.group_id, func.count()).where(Comment.group_id.in_(groups)).group_by(Comment.group_id)
        sizes = {row[0] or 0: row[1] for row in session.execute(sized)}
    likeness = desk.search.likeness(comment.text, [one.text for one in looked_at]) if looked_at else []
    found = choose(looked_at, likeness, sizes)
    with desk.store.writing() as session:
        return _put(session, id, found)


def _nearest(session: Session, comment: Comment) -> list[Placed]:
    """The earlier comments on the same question to look at."""
    query = (
        select(Comment.group_id, Comment.text, Comment.vector)
        .where(
            Comment.consultation_id == comment.consultation_id,
            Comment.question.is_not_distinct_from(comment.question),
            Comment.group_id.is_not(None),
            Comment.set_aside.is_(False),
        )
        .order_by(Comment.id.desc())
        .limit(COMPARED)
    )
    rows = [(row[0] or 0, row[1], row[2] or b"") for row in session.execute(query)]
    places = nearest(comment.vector or b"", [vector for _, _, vector in rows])
    return [Placed(rows[place][0], rows[place][1]) for place in places]


def _put(session: Session, id: int, found: Place | None) -> bool:
    comment = session.scalars(select(Comment).where(Comment.id == id).with_for_update()).one()
    if comment.group_id is not None or comment.set_aside:
        return False
    if found is None:
        group = CommentGroup(consultation_id=comment.consultation_id, question=comment.question)
        session.add(group)
        session.flush()
        comment.group_id = group.id
    else:
        comment.group_id = found.group
    session.flush()
    return True
