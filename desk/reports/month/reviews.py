"""What low ratings led to in a month: how many reviews were settled, by cause, and what was said and done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.figures.period import Period
from desk.figures.scope import Scope
from desk.ratings.reviews.settled import SettledReviews, settled_in
from desk.reports.month.figures import Reviews


@dataclass(frozen=True)
class SaidAndDone:
    """A settled review: the name of its cause, what was done, and what the enterprise was told; "" for nothing."""

    cause: str
    done: str
    told: str


def reviews(session: Session, period: Period, scope: Scope) -> Reviews:
    """The reviews of the scope's units that were settled in the period."""
    found = settled_in(session, period, scope)
    causes = {cause or "": count for cause, count in found.by_cause.items()}
    return Reviews(settled=len(found.reviews), told=len(found.told), causes=causes)


def said_and_done(session: Session, period: Period, scope: Scope) -> list[SaidAndDone]:
    """The settled reviews of which something was noted. Their words are a head's, and in no report for the public."""
    found: SettledReviews = settled_in(session, period, scope)
    noted = [SaidAndDone(each.cause or "", each.action, each.words) for each in found.reviews]
    return [each for each in noted if each.done or each.told]
