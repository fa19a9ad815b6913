"""Questionnaires on SQLite and PostgreSQL alike: the draw, clocks at one moment, the cut tie, and the summary."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from clock import due
from desk.deliveries.model import Delivery
from desk.guidance import service as guidance
from desk.migrations.run import differences
from desk.questionnaires import publishing, results, sampling, written
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Invitation, InvitationState, Response
from desk.questionnaires.sampling import LeftOut
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.desk_fixtures import (
    CONTENT,
    NOON,
    World,
    shipped_records,
)
from tests.questionnaire_fixtures import a_plan, add_leader, answers, asked, closed, deliver, known, made, opened


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with guidance and the shipped units."""
    with own_world.store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
    return own_world


def test_from_the_draw_to_the_summary(anywhere: World) -> None:
    people = asked(anywhere, *(str(number) for number in range(100, 108)))
    case = anywhere.chatter("200")
    case.writes("nhập khẩu hoa lan rừng thì cần gì")
    case.taps("ask_officer")
    case.taps("send_as_is")
    case.commands("done")
    deliver(anywhere)
    with anywhere.store.reading() as session:
        found = sampling.preview(anywhere.desk, session, known(session, made(anywhere, a_plan(size=6))))
    assert (found.found, found.asked, found.left_out) == (9, 6, {LeftOut.NOT_DRAWN: 3})
    id = opened(anywhere)
    clocks = [threading.Thread(target=due.send_questionnaires, args=(anywhere.desk,)) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(20)
    with anywhere.store.reading() as session:
        states = session.scalars(select(Invitation.state)).all()
        assert states == [InvitationState.INVITED] * 9
        assert session.scalar(select(func.count()).select_from(Delivery).where(Delivery.bulk)) == 9
    deliver(anywhere)
    for chatter in people:
        answers(anywhere, chatter, Given(level=4), Given(options=[1]), Given(options=[0, 2]), Given(text="Ý kiến"))
    case.taps("questionnaire_begin")
    case.taps("questionnaire_level", "Bình thường")
    closed(anywhere, id)
    with anywhere.store.writing() as session:
        assert {response.invitation_id for response in session.scalars(select(Response))} == {None}
        questionnaire = known(session, id)
        told = results.results(anywhere.desk, session, questionnaire)
        assert [question.counts for question in told.questions] == [(0, 0, 0, 8, 0), (0, 8), (8, 0, 8), ()]
        assert (told.tracked.delivered, told.tracked.finished, told.tracked.begun) == (9, 8, 1)
        page = written.listed(anywhere.desk, session, questionnaire, questionnaire.questions[3], limit=5)
        assert (len(page.rows), page.after is not None) == (5, True)
        publishing.publish(anywhere.desk, session, questionnaire, add_leader(session))
    with anywhere.store.reading() as session:
        summary = publishing.published_summary(session, id)
        assert summary is not None
        assert summary["finished"] == 8
    assert [found for found in differences(anywhere.store.engine) if "questionnaire" in str(found)] == []
