"""Questionnaires from the draft to the close: who may do what, who is drawn, and what an answer must be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from clock import due
from desk.audit.model import AuditEntry
from desk.conversations.model import Chat
from desk.people.model import Role
from desk.questionnaires import answering, sampling, service
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Invitation, Questionnaire, Response
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import Heading, QuestionPlan, Sample, Words, heading_of, plan_of, sample_of
from desk.questionnaires.sampling import LeftOut
from desk.units import service as units
from tests import small_tree
from tests.desk_fixtures import NOON, Chatter, World
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
    invitation,
    known,
    made,
    opened,
    sent,
)


def refused(reason: str) -> pytest.RaisesExc[QuestionnaireRefused]:
    return pytest.RaisesExc(QuestionnaireRefused, check=lambda error: error.reason == f"questionnaire.refused.{reason}")


def preview(world: World, id: int) -> sampling.Preview:
    with world.store.reading() as session:
        return sampling.preview(world.desk, session, known(session, id))


def test_a_draft_is_written_and_rewritten_and_each_act_is_in_the_audit(world: World) -> None:
    id = made(world, a_plan([LEVEL, WORDS]))
    with world.store.writing() as session:
        draft, quan = known(session, id), add_leader(session)
        heading = replace(heading_of(draft), title=Words("Tên mới", "A new title"))
        service.edit(world.desk, session, draft, heading, quan)
        added = service.add_question(world.desk, session, draft, SEVERAL, quan)
        service.move_question(world.desk, session, added, -5, quan)
        service.change_question(world.desk, session, draft.questions[1], ONE, quan)
        service.remove_question(world.desk, session, draft.questions[2], quan)
        service.choose_sample(world.desk, session, draft, Sample(topics=("declaration",), size=10), quan)
    with world.store.reading() as session:
        draft = known(session, id)
        assert [plan_of(question) for question in draft.questions] == [SEVERAL, ONE]
        assert [question.position for question in draft.questions] == [0, 1]
        assert (draft.title("vi"), draft.title("en")) == ("Tên mới", "A new title")
        assert sample_of(draft) == Sample(topics=("declaration",), size=10)
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == f"questionnaire#{id}")).all()
        assert acts == ["questionnaire.made", *["questionnaire.edited"] * 6]


def test_only_who_leads_a_unit_asks_its_people(world: World) -> None:
    with world.store.writing() as session:
        small_tree.add_units(session)
        small_tree.add_people(session)
        thu, hanh, vinh = (small_tree.officer(session, name) for name in ("thu", "hanh", "vinh"))
        office, region = units.by_code(session, "CATLAI"), units.by_code(session, "KV02")
        assert office is not None
        assert region is not None
        with refused("not_yours"):
            service.make(world.desk, session, office, a_plan(), thu)
        with refused("not_yours"):
            service.make(world.desk, session, region, a_plan(), hanh)
        with refused("unit"):
            service.make(world.desk, session, office, a_plan(unit="KV02"), hanh)
        with refused("case_and_unit"):
            service.make(world.desk, session, office, a_plan(case="without"), hanh)
        own = service.make(world.desk, session, office, a_plan(), hanh)
        of_region = service.make(world.desk, session, region, a_plan(unit="CATLAI"), vinh)
        assert service.listed(session, hanh, limit=5).rows == [own]
        assert service.listed(session, vinh, limit=5).rows == [of_region, own]
        assert service.listed(session, thu, limit=5).rows == []
        with refused("not_yours"):
            service.discard(world.desk, session, of_region, hanh)
        service.discard(world.desk, session, own, vinh)
        assert service.listed(session, None, limit=5).rows == [of_region]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": Words("Tên", "")}, "both_languages"),
        ({"title": Words("T" * 121, "T")}, "too_long"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_a_heading_that_cannot_be_kept_is_refused(world: World, change: dict[str, object], reason: str) -> None:
    plan = a_plan()
    with refused(reason):
        made(world, replace(plan, heading=replace(plan.heading, **change)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (replace(LEVEL, scale=None), "scale"),
        (replace(ONE, options=ONE.options[:1]), "options"),
        (replace(ONE, options=(ONE.options[0], ONE.options[0])), "same_options"),
        (replace(WORDS, longest=100_000), "longest"),
        (replace(WORDS, text=Words("", "Why?")), "both_languages"),
    ],
)
def test_a_question_that_cannot_be_kept_is_refused(world: World, question: QuestionPlan, reason: str) -> None:
    with refused(reason):
        made(world, a_plan([question]))


def test_one_that_is_not_complete_is_not_opened(world: World) -> None:
    asked(world, "100")
    for plan, reason in (
        (a_plan([]), "no_questions"),
        (replace(a_plan(), heading=Heading(Words("Tên", "Title"))), "both_languages"),
        (replace(a_plan(), heading=replace(a_plan().heading, last_day=NOON.date())), "last_day"),
        (a_plan(topics=("passengers",)), "nobody"),
    ):
        with refused(reason):
            opened(world, plan)
    id = made(world)
    with world.store.writing() as session, refused("other_number"):
        service.open_(world.desk, session, known(session, id), add_leader(session), people=7)


def test_once_open_nothing_of_it_changes(world: World) -> None:
    asked(world, "100")
    id = opened(world)
    with world.store.writing() as session:
        questionnaire, quan = known(session, id), add_leader(session)
        question = questionnaire.questions[0]
        with refused("not_draft"):
            service.edit(world.desk, session, questionnaire, heading_of(questionnaire), quan)
        with refused("not_draft"):
            service.change_question(world.desk, session, question, ONE, quan)
        with refused("not_draft"):
            service.add_question(world.desk, session, questionnaire, ONE, quan)
        with refused("not_draft"):
            service.remove_question(world.desk, session, question, quan)
        with refused("not_draft"):
            service.discard(world.desk, session, questionnaire, quan)
        with refused("not_draft"):
            service.open_(world.desk, session, questionnaire, quan, people=1)


def test_the_sample_is_chosen_by_topic_period_channel_language_and_case(world: World) -> None:
    asked(world, "100", "101")
    asked(world, "web-1", channel="web")
    world.search.finds()
    case = world.chatter("200")
    case.writes("nhập khẩu hoa lan rừng thì cần gì")
    case.taps("ask_officer")
    case.taps("send_as_is")
    with world.store.writing() as session:
        lan = session.scalars(select(Chat).where(Chat.address == "100")).one()
        lan.person.language_choice = "en"
    counts = {
        "all": ({}, 4),
        "topic": ({"topics": ("declaration",)}, 3),
        "with a case": ({"case": "with"}, 1),
        "without": ({"case": "without"}, 3),
        "web": ({"channels": ("web",)}, 1),
        "English": ({"languages": ("en",)}, 1),
        "today": ({"first": NOON.date(), "last": NOON.date()}, 4),
        "yesterday": ({"last": NOON.date() - dt.timedelta(days=1)}, 0),
        "region": ({"unit": "KV02"}, 0),
        "two": ({"size": 2}, 2),
    }
    found = {name: preview(world, made(world, a_plan(**sample))).asked for name, (sample, _) in counts.items()}
    assert found == {name: count for name, (_, count) in counts.items()}


def test_who_is_left_out_is_counted_by_the_rule(world: World, minh: Chatter) -> None:
    asked(world, *(str(number) for number in range(100, 109)))
    asked(world, minh.address)
    sent(world, a_plan(size=1))
    with world.store.writing() as session:
        lately = invitation_addresses(session)
        chats = {chat.address: chat for chat in session.scalars(select(Chat))}
        free = [address for address in map(str, range(100, 109)) if address not in lately]
        chats[free[0]].blocked_at = NOON
        chats[free[1]].person = chats[free[2]].person
        chats[free[3]].person.tax_code = chats[free[4]].person.tax_code = "0100109106"
    found = preview(world, made(world, a_plan(size=4)))
    assert found.left_out == {
        LeftOut.OFFICER: 1,
        LeftOut.BLOCKED: 1,
        LeftOut.ASKED_LATELY: 1,
        LeftOut.SAME_PERSON: 1,
        LeftOut.SAME_ENTERPRISE: 1,
        LeftOut.NOT_DRAWN: 1,
    }
    assert (found.found, found.asked) == (10, 4)
    assert found.channels == {"telegram": 4}
    world.clock.advance(days=91)
    assert (
        preview(world, made(world, replace(a_plan(), heading=replace(a_plan().heading, last_day=None)))).left_out[
            LeftOut.ASKED_LATELY
        ]
        == 0
    )


def invitation_addresses(session: object) -> set[str]:
    query = select(Chat.address).join(Invitation, Invitation.chat_id == Chat.id)
    return set(session.scalars(query))  # type: ignore[attr-defined]


def test_the_draw_of_a_seed_can_be_made_again(world: World) -> None:
    asked(world, *(str(number) for number in range(100, 112)))
    id = made(world, a_plan(size=5))
    with world.store.writing() as session:
        session.execute(update(Questionnaire).values(seed=7))
    with world.store.reading() as session:
        draws = [[one.chat_id for one in sampling.draw(world.desk, session, known(session, id))] for _ in range(2)]
        everybody = [chat.id for chat in session.scalars(select(Chat))]
    assert draws[0] == draws[1] == sorted(everybody, key=lambda chat: sampling.rank(7, chat))[:5]
    with world.store.writing() as session:
        session.execute(update(Questionnaire).values(seed=8))
    with world.store.reading() as session:
        assert [one.chat_id for one in sampling.draw(world.desk, session, known(session, id))] != draws[0]


def test_an_answer_must_fit_its_question(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world)
    with world.store.writing() as session:
        invited = invitation(session, lan)
        level, one, several, words = invited.questionnaire.questions
        for question, given, reason in (
            (level, Given(level=6), "not_an_answer"),
            (level, Given(), "must_answer"),
            (level, Given(text="five"), "must_answer"),
            (one, Given(options=[2]), "not_an_answer"),
            (one, Given(options=[0, 1]), "only_one"),
            (words, Given(text="x" * 201), "long_answer"),
        ):
            with refused(reason):
                answering.answer(world.desk, session, invited, question, given)
        with refused("missing"):
            answering.finish(world.desk, session, invited)
        answering.answer(world.desk, session, invited, level, Given(level=5))
        told = answering.answer(world.desk, session, invited, one, Given(options=[1]))
        assert (told.question, told.missing) == (several, ())
        answering.answer(world.desk, session, invited, several, Given(options=[2, 0, 2]))
        answering.answer(world.desk, session, invited, level, Given(level=4))
        end = answering.answer(world.desk, session, invited, words, Given())
        assert (end.question, end.position) == (None, 4)
        assert end.answers[several.id].options == [0, 2]
        assert end.answers[level.id].level == 4
        assert end.answers[words.id].is_skipped
        back = answering.go_to(world.desk, session, invited, 1)
        assert back.question is one


def test_nothing_is_answered_after_the_finish_or_the_last_day_or_the_close(world: World) -> None:
    lan, an, bac = asked(world, "100", "101", "102")
    id = sent(world)
    answers(world, lan, Given(level=5), Given(options=[0]))
    with world.store.writing() as session, refused("finished"):
        answering.begin(world.desk, session, invitation(session, lan))
    answers(world, an, Given(level=2), finish=False)
    closed(world, id)
    with world.store.writing() as session:
        for chatter in (an, bac):
            with refused("over"):
                answering.begin(world.desk, session, invitation(session, chatter))
        assert [response.finished for response in session.scalars(select(Response))] == [True]
        with refused("not_open"):
            service.close(world.desk, session, known(session, id), add_leader(session))


def test_the_link_opens_the_invitation_once_it_was_sent(world: World) -> None:
    (lan,) = asked(world, "100")
    opened(world)
    with world.store.writing() as session:
        key = invitation(session, lan).key
        assert answering.invitation_by_key(session, key) is None
        assert answering.invitation_by_key(session, "forged") is None
    due.send_questionnaires(world.desk)
    with world.store.reading() as session:
        assert answering.invitation_by_key(session, key) is not None


def test_an_administrator_of_the_department_asks_too(world: World) -> None:
    with world.store.writing() as session:
        root = add_leader(session, "root", Role.ADMINISTRATOR)
        assert service.make(world.desk, session, units.department(session), a_plan(), root).made_by is root
