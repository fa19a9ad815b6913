"""What became of the invitations, in numbers: how many got one, began, finished or declined, and the response rate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.deliveries.model import Delivery, DeliveryState
from desk.figures.statistics import ENOUGH, Interval, share_interval
from desk.questionnaires.model import Invitation, InvitationState, Questionnaire

#: Who reacted got the invitation, whatever the channel said of it.
_REACTED = (InvitationState.BEGUN, InvitationState.FINISHED, InvitationState.DECLINED)


@dataclass(frozen=True)
class Tracked:
    """Numbers of people. ``drawn`` are all in the sample, ``waiting`` those whose turn has not come.

    ``invited`` were sent it; of these ``delivered`` got it and ``unreachable`` never will. ``begun`` are those who
    began and have not finished. ``left_out`` could not be asked when their turn came.
    """

    drawn: int
    waiting: int
    invited: int
    delivered: int
    unreachable: int
    begun: int
    finished: int
    declined: int
    left_out: int

    @property
    def response_rate(self) -> float | None:
        """Who finished among those who got it; whoever finished is among them."""
        return self.finished / self.delivered if self.delivered else None

    @property
    def rate_interval(self) -> Interval | None:
        return share_interval(self.finished, self.delivered) if self.delivered >= ENOUGH else None


def tracked(session: Session, questionnaire: Questionnaire) -> Tracked:
    """How far the invitations of a questionnaire have come."""
    query = (
        select(Invitation.state, Delivery.state, func.count())
        .outerjoin(Delivery, Delivery.message_order == Invitation.message_order)
        .where(Invitation.questionnaire_id == questionnaire.id)
        .group_by(Invitation.state, Delivery.state)
    )
    states: Counter[str] = Counter()
    delivered = unreachable = 0
    for state, delivery, count in session.execute(query):
        states[state] += count
        if state in _REACTED or delivery == DeliveryState.DELIVERED:
            delivered += count
        elif delivery == DeliveryState.PERMANENT_FAILURE:
            unreachable += count
    never = states[InvitationState.WAITING] + states[InvitationState.LEFT_OUT]
    return Tracked(
        drawn=sum(states.values()),
        waiting=states[InvitationState.WAITING],
        invited=sum(states.values()) - never,
        delivered=delivered,
        unreachable=unreachable,
        begun=states[InvitationState.BEGUN],
        finished=states[InvitationState.FINISHED],
        declined=states[InvitationState.DECLINED],
        left_out=states[InvitationState.LEFT_OUT],
    )
