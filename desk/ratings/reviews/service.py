"""The acts of a review: looking into it, wording what the enterprise is told, telling it, settling it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.desk import Desk
from desk.people.model import Officer
from desk.ratings.reviews import history, message
from desk.ratings.reviews.model import ActKind, RatingReview, ReviewState, Verdict
from desk.ratings.reviews.opening import is_low
from desk.ratings.reviews.permissions import ReviewRefused, must_review

#: Letters of each text of a review.
LENGTH = 2_000


@dataclass(frozen=True)
class Findings:
    """What a head found: ``verdict`` and ``cause`` by their names, the rest in words."""

    verdict: str
    cause: str
    cause_words: str
    action: str


def by_id(session: Session, id: int) -> RatingReview | None:
    return session.get(RatingReview, id)


def look_into(
    desk: Desk, session: Session, review: RatingReview, head: Officer, findings: Findings, revision: int
) -> None:
    """Keep what was found and done; ``revision`` is that of the review as the head saw it. Raises ReviewRefused."""
    must_review(review, head)
    if findings.verdict not in set(Verdict):
        raise ReviewRefused("rating_review.refused.verdict", "verdict")
    if findings.cause not in desk.rules.reviews.causes:
        raise ReviewRefused("rating_review.refused.cause", "cause")
    said = _said(findings.cause_words, "cause_words")
    action = _said(findings.action, "action")
    values = {"verdict": Verdict(findings.verdict), "cause": findings.cause, "cause_words": said, "action": action}
    _change(session, review, revision, **values)
    detail = {"verdict": findings.verdict, "cause": findings.cause}
    words = f"{said}\n\n{action}"
    history.add(session, review, ActKind.LOOKED_INTO, desk.now(), by=head, words=words, detail=detail)


def word(desk: Desk, session: Session, review: RatingReview, head: Officer, words: str, revision: int) -> None:
    """Keep what the enterprise is to be told, which goes out only with ``tell``; raises ReviewRefused."""
    must_review(review, head)
    said = _said(words, "words")
    _change(session, review, revision, words=said)
    history.add(session, review, ActKind.WORDED, desk.now(), by=head, words=said)


def tell(desk: Desk, session: Session, review: RatingReview, head: Officer, seen: str) -> None:
    """Send the enterprise the words, exactly as the head saw them, in the chat in which it rated; settles the review.

    ``seen`` is the fingerprint of the message that the head looked at (message.fingerprint). Raises ReviewRefused,
    also where the message is another by now.
    """
    must_review(review, head)
    if review.verdict is None:
        raise ReviewRefused("rating_review.refused.look_first")
    if not review.words:
        raise ReviewRefused("rating_review.refused.word_first")
    if not message.may_reach(session, review.request):
        raise ReviewRefused("rating_review.refused.left_enterprise")
    said = message.to_enterprise(desk, session, review)
    if message.fingerprint(said) != seen:
        raise ReviewRefused("rating_review.refused.changed")
    conversation, at, case_id = review.request.conversation, desk.now(), review.request.case_id
    sent = conversations.say(session, conversation, said, at, author="officer", case_id=case_id)
    _change(
        session, review, review.revision, state=ReviewState.TOLD, message_order=sent.order_no, **_settled(desk, head)
    )
    history.add(session, review, ActKind.TOLD, at, by=head, words=review.words)


def settle_untold(
    desk: Desk, session: Session, review: RatingReview, head: Officer, reason: str, revision: int
) -> None:
    """Settle it without telling the enterprise anything, for a reason; raises ReviewRefused."""
    must_review(review, head)
    said = _said(reason, "reason")
    _change(session, review, revision, state=ReviewState.UNTOLD, reason=said, **_settled(desk, head))
    history.add(session, review, ActKind.SETTLED_UNTOLD, desk.now(), by=head, words=said)


def was_raised(review: RatingReview) -> bool:
    """Whether the person gave more stars meanwhile, so that the rating is no longer low."""
    rating = review.request.rating
    return rating is not None and not is_low(rating)


def settle_raised(desk: Desk, session: Session, review: RatingReview, head: Officer, revision: int) -> None:
    """Settle it because the person raised the stars; raises ReviewRefused."""
    must_review(review, head)
    if not was_raised(review):
        raise ReviewRefused("rating_review.refused.still_low")
    _change(session, review, revision, state=ReviewState.RAISED, **_settled(desk, head))
    history.add(session, review, ActKind.SETTLED_RAISED, desk.now(), by=head)


def _settled(desk: Desk, head: Officer) -> dict[str, object]:
    return {"settled_by_id": head.id, "settled_at": desk.now()}


def _change(session: Session, review: RatingReview, revision: int, **values: object) -> None:
    """Change an open review that is still as the head saw it; of two heads at once one is refused."""
    changed = session.scalar(
        update(RatingReview)
        .where(RatingReview.id == review.id, RatingReview.revision == revision, RatingReview.state == ReviewState.OPEN)
        .values(revision=RatingReview.revision + 1, **values)
        .returning(RatingReview.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(review)
    if changed is None:
        raise ReviewRefused("rating_review.refused.changed" if review.is_open else "rating_review.refused.settled")


def _said(words: str, field: str) -> str:
    said = words.strip()
    if not any(letter.isalnum() for letter in said):
        raise ReviewRefused("rating_review.refused.words", field)
    if len(said) > LENGTH:
        raise ReviewRefused("rating_review.refused.long", field, length=LENGTH)
    return said
