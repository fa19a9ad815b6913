"""What comes of a questionnaire: tracked, counted, compared, published without small numbers, and forgotten in time."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from clock import due
from desk.accounts import joining
from desk.accounts import service as accounts
from desk.conversations.model import Chat, Person
from desk.deliveries.model import Delivery
from desk.questionnaires import publishing, results, tracking, written
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Answer, Invitation, Response
from desk.questionnaires.permissions import QuestionnaireRefused
from tests.desk_fixtures import NOON, Chatter, World
from tests.privacy_fixtures import KEPT_FOR
from tests.questionnaire_fixtures import (
    LEVEL,
    ONE,
    SEVERAL,
    WORDS,
    a_plan,
    add_leader,
    answers,
    asked,
    closed,
    deliver,
    invitation,
    known,
    sent,
)


def crowd(world: World, size: int) -> list[Chatter]:
    return asked(world, *(str(number) for number in range(100, 100 + size)))


def sent_to_all(world: World, questions: Sequence[object], size: int, *, anonymous: bool = True) -> int:
    """Sent at once, whatever the rate of a second is."""
    id = sent(world, a_plan(questions, anonymous=anonymous))  # type: ignore[arg-type]
    for _ in range(size // 20 + 1):
        world.clock.advance(seconds=2)
        due.send_questionnaires(world.desk)
        deliver(world)
    return id


def results_of(world: World, id: int) -> results.Results:
    with world.store.reading() as session:
        return results.results(world.desk, session, known(session, id))


def compared(world: World, id: int, by: results.By) -> results.Comparison:
    with world.store.reading() as session:
        return results.compared(world.desk, session, known(session, id), by)


def published(world: World, id: int) -> dict[str, object]:
    with world.store.writing() as session:
        publishing.publish(world.desk, session, known(session, id), add_leader(session))
    with world.store.reading() as session:
        found = publishing.published_summary(session, id)
        assert found is not None
        return found


def test_every_invitation_is_tracked_and_one_filter_makes_the_rate(world: World) -> None:
    finished, begun, declined, silent, lost, blocked, web = asked(world, *"1234567")
    with world.store.writing() as session:
        session.scalars(select(Chat).where(Chat.address == web.address)).one().channel = "web"
    id = sent(world)
    answers(world, finished, Given(level=5), Given(options=[0]))
    begun.taps("questionnaire_begin")
    declined.taps("questionnaire_decline")
    with world.store.writing() as session:
        for chatter, state in ((lost, "uncertain"), (blocked, "permanent_failure"), (web, "created")):
            order = select(Invitation.message_order).join(Chat).where(Chat.address == chatter.address)
            session.execute(
                update(Delivery).where(Delivery.message_order == order.scalar_subquery()).values(state=state)
            )
    assert silent.read()
    with world.store.reading() as session:
        told = tracking.tracked(session, known(session, id))
    assert told == tracking.Tracked(
        drawn=7, waiting=0, invited=7, delivered=4, unreachable=1, begun=1, finished=1, declined=1, left_out=0
    )
    assert told.response_rate == 0.25
    assert told.rate_interval is None


def test_answers_are_counted_and_those_not_handed_in_are_not(world: World) -> None:
    people = crowd(world, 22)
    id = sent_to_all(world, [LEVEL, ONE, SEVERAL, WORDS], 22)
    for number, chatter in enumerate(people[:20]):
        words = Given(text=f"Gọi 0912345678, ý {number}") if number < 6 else Given()
        good = Given(options=[0, 2]) if number < 8 else Given()
        answers(world, chatter, Given(level=1 + number % 5), Given(options=[number % 2]), good, words)
    answers(world, people[20], Given(level=1), finish=False)
    told = results_of(world, id)
    assert (told.finished, told.hidden) == (20, False)
    level, one, several, words_ = told.questions
    assert (level.counts, level.mean) == ((4, 4, 4, 4, 4), 3.0)
    assert (one.counts, one.answered, one.skipped) == ((10, 10), 20, 0)
    assert (several.counts, several.answered, several.skipped) == ((8, 0, 8), 8, 12)
    assert (words_.counts, words_.answered, words_.skipped) == ((), 6, 14)
    with world.store.reading() as session:
        found = known(session, id)
        page = written.listed(world.desk, session, found, found.questions[3], limit=4)
        rest = written.listed(world.desk, session, found, found.questions[3], limit=4, after=page.after)
    texts = [text.text for text in (*page.rows, *rest.rows)]
    assert (len(page.rows), len(rest.rows)) == (4, 2)
    assert not any("0912345678" in text for text in texts)


def test_of_an_anonymous_one_that_few_finished_nothing_is_shown(world: World) -> None:
    people = crowd(world, 5)
    id = sent(world, a_plan([LEVEL, WORDS]))
    for chatter in people[:4]:
        answers(world, chatter, Given(level=2), Given(text="ý kiến"))
    told = results_of(world, id)
    assert (told.finished, told.hidden, told.questions) == (4, True, ())
    with world.store.reading() as session:
        found = known(session, id)
        assert written.listed(world.desk, session, found, found.questions[1], limit=9).rows == []
    answers(world, people[4], Given(level=5))
    assert results_of(world, id).questions[0].counts == (0, 4, 0, 0, 1)


@pytest.mark.thorough
def test_groups_are_compared_where_they_are_large_enough(world: World) -> None:
    people = crowd(world, 50)
    id = sent_to_all(world, [LEVEL, ONE], 50, anonymous=False)
    with world.store.writing() as session:
        rows = list(session.scalars(select(Invitation).join(Chat).order_by(Chat.address)))
        for number, row in enumerate(rows):
            row.region = "KV02" if number < 21 else "KV03" if number < 41 else "KV04"
    for number, chatter in enumerate(people):
        answers(world, chatter, Given(level=5 if number < 21 else 2), Given(options=[0 if number < 21 else 1]))
    told = compared(world, id, "region")
    assert [(group.key, group.people) for group in told.groups] == [("KV02", 21), ("KV03", 20)]
    assert [group.questions[0].mean for group in told.groups] == [5.0, 2.0]
    assert told.others == 9
    assert [group.people for group in compared(world, id, "topic").groups] == [50]
    with world.store.reading() as session:
        one = known(session, id).questions[1].id
        assert results.comparable_by(known(session, id)) == ("topic", "region", one)
    assert [(group.key, group.people) for group in compared(world, id, one).groups] == [("1", 29), ("0", 21)]


@pytest.mark.thorough
def test_an_anonymous_one_is_compared_by_what_people_said_and_not_where_few_are_left(world: World) -> None:
    people = crowd(world, 24)
    id = sent_to_all(world, [LEVEL, ONE], 24)
    for number, chatter in enumerate(people):
        answers(world, chatter, Given(level=4), Given(options=[0 if number < 20 else 1]))
    with world.store.reading() as session:
        one = known(session, id).questions[1].id
    told = compared(world, id, one)
    assert (told.groups, told.hidden, told.others) == ((), True, 4)
    with pytest.raises(ValueError, match="region"):
        compared(world, id, "region")


def test_what_is_published_is_frozen_and_has_no_small_number_and_no_text_that_was_not_released(world: World) -> None:
    people = crowd(world, 24)
    id = sent_to_all(world, [LEVEL, ONE, SEVERAL, WORDS], 24)
    for number, chatter in enumerate(people):
        level, good = (1 if number < 2 else 3 if number < 8 else 5), [0] if number < 8 else [0, 1]
        text = f"Ý kiến số {number}" if number < 3 else ""
        answers(world, chatter, Given(level=level), Given(options=[number < 3]), Given(options=good), Given(text=text))
    with world.store.writing() as session, pytest.raises(QuestionnaireRefused, match="not_closed"):
        publishing.publish(world.desk, session, known(session, id), add_leader(session))
    closed(world, id)
    with world.store.writing() as session:
        found, quan = known(session, id), add_leader(session)
        listed = written.listed(world.desk, session, found, found.questions[3], limit=9).rows
        first, second = listed[0], listed[1]
        for text, publish in ((first, True), (second, True), (second, False)):
            written.release(world.desk, session, found, text.id, quan, publish=publish)
        with pytest.raises(QuestionnaireRefused, match="not_a_text"):
            written.release(world.desk, session, found, "another", quan, publish=True)
    told = published(world, id)
    assert (told["invited"], told["finished"], told["rate"]) == (24, 24, 1.0)
    level_, one, several, words_ = told["questions"]  # type: ignore[misc]
    assert [(cell["of"], cell["count"]) for cell in level_["cells"]] == [([1, 2, 3], 8), ([4, 5], 16)]
    assert (level_["mean"], level_["mean_interval"]) == (None, None)
    assert (one["answered"], one["cells"]) == (24, [])
    assert [(cell["of"], cell["count"]) for cell in several["cells"]] == [([1], 16)]
    assert words_["answered"] is None
    assert [text["text"] for text in words_["texts"]] == [first.text]
    assert second.text not in json.dumps(told, ensure_ascii=False)
    with world.store.writing() as session:
        session.execute(update(Answer).values(level=None, text=""))
        assert publishing.published_summary(session, id) == told
        assert [one.id for one in publishing.published(session, limit=5).rows] == [id]


def test_too_few_answers_are_not_published(world: World) -> None:
    people = crowd(world, 5)
    id = sent(world, a_plan([LEVEL]))
    for chatter in people[:4]:
        answers(world, chatter, Given(level=5))
    closed(world, id)
    with world.store.writing() as session, pytest.raises(QuestionnaireRefused, match="few_answers"):
        publishing.publish(world.desk, session, known(session, id), add_leader(session))
    with world.store.reading() as session:
        assert publishing.published_summary(session, id) is None


def test_who_answered_is_forgotten_with_the_conversation_and_the_figures_stay(world: World) -> None:
    lan, an = asked(world, "100", "101")
    id = sent(world, a_plan([LEVEL, WORDS], anonymous=False))
    for chatter in (lan, an):
        answers(world, chatter, Given(level=4), Given(text="lời riêng của tôi"))
    closed(world, id)
    world.clock.advance(days=KEPT_FOR.days, minutes=-1)
    due.forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert all(response.invitation_id for response in session.scalars(select(Response)))
    world.clock.advance(minutes=1)
    due.forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert [response.invitation_id for response in session.scalars(select(Response))] == [None, None]
        assert {answer.text for answer in session.scalars(select(Answer))} == {None, ""}
    told = results_of(world, id)
    assert [question.answered for question in told.questions] == [2, 2]
    assert told.questions[0].counts == (0, 0, 0, 2, 0)


def test_words_that_lead_to_nobody_are_forgotten_by_their_own_age(world: World) -> None:
    (lan,) = asked(world, "100")
    id = sent(world, a_plan([WORDS]))
    answers(world, lan, Given(text="lời của ai đó"))
    closed(world, id)
    world.clock.advance(days=KEPT_FOR.days, minutes=-1)
    due.forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert session.scalars(select(Answer.text)).one() == "lời của ai đó"
    world.clock.advance(minutes=1)
    due.forget_what_is_due(world.desk)
    due.forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert session.scalars(select(Answer.text)).one() == ""


def test_a_visitor_who_signs_in_takes_the_invitation_along(world: World) -> None:
    (visitor,) = asked(world, "visitor-1", channel="web")
    id = sent(world, a_plan([LEVEL]))
    with world.store.writing() as session:
        person = Person(created_at=NOON)
        session.add(person)
        session.flush()
        own = accounts.make_own_chat(world.desk, session, person)
        chat = session.scalars(select(Chat).where(Chat.address == visitor.address)).one()
        joining.join(world.desk, session, chat, person)
        address = own.address
    me = world.chatter(address, "web")
    assert me.commands("questionnaire")[-1].acts == ["questionnaire_begin", "questionnaire_decline"]
    me.taps("questionnaire_begin")
    me.taps("questionnaire_level", "Hài lòng")
    me.taps("questionnaire_finish")
    with world.store.reading() as session:
        assert invitation(session, me, id).state == "finished"
