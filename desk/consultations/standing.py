"""What the comments amount to: groups with how many said so and the one comment that speaks for them, word for word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.consultations.model import Comment, CommentGroup, Consultation
from desk.desk import Desk
from desk.guidance.record import Language
from desk.paging import Page, page_of
from desk.privacy.known_names import labels_of
from desk.privacy.masking import masked


@dataclass(frozen=True)
class ToldGroup:
    """A group; ``central`` is the comment that is nearest to all others in it."""

    group: CommentGroup
    count: int
    central: Comment


@dataclass(frozen=True)
class Standing:
    """``comments`` counts all that were not set aside; ``waiting`` of them are in no group yet."""

    comments: int
    waiting: int
    set_aside: int
    groups: tuple[ToldGroup, ...]


def standing(session: Session, consultation: Consultation) -> Standing:
    """The groups of a consultation: by question, the draft as a whole first, the largest first."""
    rows = list(session.scalars(select(Comment).where(Comment.consultation_id == consultation.id).order_by(Comment.id)))
    counted = [row for row in rows if not row.set_aside]
    members: dict[int, list[Comment]] = defaultdict(list)
    for row in counted:
        if row.group_id is not None:
            members[row.group_id].append(row)
    groups = session.scalars(select(CommentGroup).where(CommentGroup.consultation_id == consultation.id))
    told = [
        ToldGroup(group, len(members[group.id]), central(members[group.id])) for group in groups if members[group.id]
    ]
    told.sort(key=lambda one: (-1 if one.group.question is None else one.group.question, -one.count, one.group.id))
    waiting = sum(row.group_id is None for row in counted)
    return Standing(len(counted), waiting, len(rows) - len(counted), tuple(told))


def central(comments: Sequence[Comment]) -> Comment:
    """The comment whose meaning is nearest to those of all on average; of equals, and without meanings, the first."""
    lengths = {len(each.vector or b"") for each in comments}
    if len(lengths) != 1 or lengths == {0}:
        return comments[0]
    import numpy as np  # a process that compares nothing does without it

    rows = np.frombuffer(b"".join(each.vector or b"" for each in comments), np.float32).reshape(len(comments), -1)
    return comments[int(np.argmax(np.round(rows @ rows.sum(axis=0), 5)))]


def comments_of(
    session: Session,
    consultation: Consultation,
    group: int | None,
    *,
    set_aside: bool = False,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[Comment]:
    """A page of the comments of a group, or of those in none, or of those set aside; raises BadCursor."""
    query = select(Comment).where(Comment.consultation_id == consultation.id, Comment.set_aside.is_(set_aside))
    if not set_aside:
        query = query.where(Comment.group_id.is_not_distinct_from(group))
    return page_of(session, query, (Comment.id,), key=lambda row: (row.id,), limit=limit, after=after, before=before)


def in_public(desk: Desk, comment: Comment) -> str:
    """A comment as everybody reads it: word for word, without what tells who wrote it."""
    language: Language = "en" if comment.language == "en" else "vi"
    return masked(comment.text, labels_of(desk.texts, language))
