"""Draft rules on which everybody comments: told to subscribers, kept from floods, grouped by meaning, and answered."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from clock import due
from desk.audit.model import AuditEntry
from desk.consultations import answering, commenting, placing, service
from desk.consultations.answering import Said
from desk.consultations.model import Comment, CommentSender, Outcome
from desk.consultations.permissions import ConsultationRefused
from desk.consultations.plan import ConsultationPlan, read
from desk.consultations.standing import Standing, central, standing
from desk.conversations.model import Message
from desk.gaps.grouping import as_bytes
from desk.people.model import Role
from desk.ports import SearchUnavailable
from desk.questionnaires.plan import Words
from desk.units import service as units
from tests.consultation_fixtures import (
    LAST_DAY,
    NEVER,
    PLAN,
    PRINTER,
    PRINTER_TOO,
    consulted,
    drafted,
    ended,
    grouped,
    known,
    says,
)
from tests.desk_fixtures import World
from tests.questionnaire_fixtures import add_leader

FILE = """
title: {vi: Dự thảo bịa để thử, en: A draft made up for tests}
summary: {vi: Không có thật., en: Not real.}
changes: {vi: Không gì cả., en: Nothing.}
topics: [tax]
questions:
  - {vi: Bạn nghĩ gì?, en: What do you think?}
last_day: 2026-12-20
"""


def stands(world: World, id: int) -> Standing:
    with world.store.reading() as session:
        return standing(session, known(session, id))


def refused(world: World, id: int, text: str = NEVER, question: int | None = None, source: str = "a") -> str:
    with world.store.writing() as session, pytest.raises(ConsultationRefused) as told:
        commenting.comment(
            world.desk, session, known(session, id), text, question, source=source, form="", language="vi"
        )
    return told.value.reason


def test_a_file_is_read_strictly() -> None:
    plan = read(FILE)
    assert (plan.title.en, plan.topics, plan.last_day) == ("A draft made up for tests", ("tax",), dt.date(2026, 12, 20))
    for wrong in (FILE + "fee: 5\n", "title: 1", "- a", "a: [", ""):
        with pytest.raises(ConsultationRefused):
            read(wrong)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": Words("Chỉ tiếng Việt", "")}, "title"),
        ({"summary": Words("x" * 6001, "")}, "summary"),
        ({"topics": ("weather",)}, "topics"),
        ({"questions": (Words("Sao?", ""),)}, "questions"),
        ({"questions": (Words("Sao?", "Why?"),) * 11}, "questions"),
        ({"reference": "x" * 501}, "reference"),
    ],
)
def test_what_is_wrong_with_a_draft_is_told_with_its_field(world: World, change: dict[str, object], field: str) -> None:
    with pytest.raises(ConsultationRefused) as told:
        drafted(world, PLAN.model_copy(update=change))
    assert told.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"summary": Words()}, "summary"),
        ({"changes": Words("Tím.", "")}, "changes"),
        ({"last_day": None}, "last_day"),
        ({"last_day": dt.date(2026, 11, 23)}, "last_day"),
        ({"last_day": dt.date(2027, 11, 23)}, "last_day"),
    ],
)
def test_it_is_not_opened_before_it_is_whole(world: World, change: dict[str, object], field: str) -> None:
    with pytest.raises(ConsultationRefused) as told:
        consulted(world, PLAN.model_copy(update=change))
    assert told.value.field == field


def test_only_who_leads_the_unit_may_ask(world: World) -> None:
    id = drafted(world)
    with world.store.writing() as session:
        son = add_leader(session, "son", Role.HEAD, "KV02")
        for act in (service.open_, service.close, service.discard):
            with pytest.raises(ConsultationRefused) as told:
                act(world.desk, session, known(session, id), son)
            assert told.value.reason == "consultation.refused.not_yours"
        assert service.listed(session, son, limit=5).rows == []


def test_subscribers_of_its_topics_are_told_once_with_the_address(world: World) -> None:
    lan, phat = world.chatter("100"), world.chatter("101", hint="en")
    for chatter, hello in ((lan, "xin chào"), (phat, "hello")):
        chatter.writes(hello)
        chatter.commands("news")
        chatter.taps("news_on", "declaration")
        chatter.commands("done")
    world.clock.advance(minutes=1)
    id = consulted(world)
    for _ in range(3):
        world.clock.advance(seconds=2)
        due.send_news(world.desk)
    with world.store.reading() as session:
        told = [
            text for text in session.scalars(select(Message.text)) if f"https://desk.example/consultations/{id}" in text
        ]
    assert len(told) == 2
    assert any("purple declarations" in text for text in told)


def test_nobody_is_told_where_no_topic_was_chosen(world: World) -> None:
    consulted(world, PLAN.model_copy(update={"topics": ()}))
    with world.store.reading() as session:
        assert service.listed(session, None, limit=5).rows[0].topics == []
    due.send_news(world.desk)


def test_once_open_its_words_never_change(world: World) -> None:
    id = consulted(world)
    with world.store.writing() as session, pytest.raises(ConsultationRefused) as told:
        service.edit(world.desk, session, known(session, id), PLAN, add_leader(session))
    assert told.value.reason == "consultation.refused.not_draft"


def test_a_comment_has_a_length_and_a_question(world: World) -> None:
    id = consulted(world)
    assert refused(world, id, "ừ") == "consultation.refused.length"
    assert refused(world, id, "x" * 4001) == "consultation.refused.length"
    assert refused(world, id, question=1) == "consultation.refused.question"
    assert refused(world, drafted(world)) == "consultation.refused.not_open"


def test_a_flood_from_one_place_and_from_all_is_stopped_for_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = consulted(world)
    for number in range(commenting.AN_HOUR):
        says(world, id, f"Ý kiến số {number}", source="203.0.113.9")
    assert refused(world, id, source="203.0.113.9") == "consultation.refused.too_many"
    says(world, id, NEVER, source="203.0.113.10")
    monkeypatch.setattr(commenting, "AN_HOUR_IN_ALL", 11)
    assert refused(world, id, source="203.0.113.11") == "consultation.refused.too_many_in_all"
    world.clock.advance(hours=1, seconds=1)
    says(world, id, NEVER, source="203.0.113.9")


def test_a_form_that_is_sent_twice_is_taken_once(world: World) -> None:
    id = consulted(world)
    with world.store.writing() as session:
        taken = [
            commenting.comment(
                world.desk, session, known(session, id), NEVER, None, source="a", form=form, language="vi"
            )
            for form in ("one", "one", "two")
        ]
    assert taken == [True, False, True]


def test_where_a_comment_came_from_is_forgotten_after_a_day(world: World) -> None:
    id = consulted(world)
    says(world, id, NEVER)
    world.clock.advance(days=1, seconds=1)
    says(world, id, PRINTER)
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(CommentSender)) == 1
        assert set(session.scalars(select(CommentSender.source))) != {"203.0.113.9"}


def test_comments_of_one_meaning_meet_and_the_nearest_to_all_speaks_for_them(world: World) -> None:
    id = consulted(world)
    says(world, id, PRINTER, NEVER, PRINTER_TOO)
    says(world, id, PRINTER_TOO, question=0)
    assert stands(world, id).waiting == 4
    grouped(world)
    told = stands(world, id)
    assert [(one.group.question, one.count, one.central.text) for one in told.groups] == [
        (None, 2, PRINTER),
        (None, 1, NEVER),
        (0, 1, PRINTER_TOO),
    ]
    assert (told.comments, told.waiting) == (4, 0)


def test_the_comment_that_speaks_for_a_group_is_the_one_nearest_to_all() -> None:
    def of(id: int, *vector: float) -> Comment:
        return Comment(id=id, text=str(id), vector=as_bytes(vector))

    middle = of(2, 0.8, 0.6)
    assert central([of(1, 1.0, 0.0), middle, of(3, 0.0, 1.0)]) is middle
    first = of(1, 1.0, 0.0)
    assert central([first, of(2, 1.0, 0.0)]) is first
    assert central([first, Comment(id=2, text="2", vector=b"")]) is first


def test_without_a_search_comments_stay_ungrouped_and_are_grouped_later(world: World) -> None:
    id = consulted(world)
    says(world, id, PRINTER)
    world.search.fails = True
    with pytest.raises(SearchUnavailable):
        placing.group_some(world.desk)
    assert (stands(world, id).waiting, stands(world, id).groups) == (1, ())
    world.search.fails = False
    grouped(world)
    assert stands(world, id).waiting == 0


def test_comments_on_two_drafts_never_meet(world: World) -> None:
    one, other = consulted(world), consulted(world)
    says(world, one, PRINTER)
    says(world, other, PRINTER)
    grouped(world)
    assert [len(stands(world, id).groups) for id in (one, other)] == [1, 1]


def test_what_is_set_aside_is_not_counted_until_it_is_brought_back(world: World) -> None:
    id = consulted(world)
    says(world, id, PRINTER, PRINTER_TOO)
    grouped(world)
    with world.store.writing() as session:
        comment = session.scalars(select(Comment).order_by(Comment.id)).first()
        assert comment is not None
        found, quan = known(session, id), add_leader(session)
        answering.set_aside(world.desk, session, found, comment, quan, aside=True)
        answering.set_aside(world.desk, session, found, comment, quan, aside=True)
    told = stands(world, id)
    assert (told.comments, told.set_aside, told.groups[0].count, told.groups[0].central.text) == (1, 1, 1, PRINTER_TOO)
    with world.store.writing() as session:
        comment = session.get_one(Comment, comment.id)
        answering.set_aside(world.desk, session, known(session, id), comment, add_leader(session), aside=False)
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("consultation.")))
        assert sorted(acts)[-1] == "consultation.set_aside"
    assert stands(world, id).comments == 2


def test_what_was_done_is_said_in_both_languages_after_the_close(world: World) -> None:
    id = consulted(world)
    says(world, id, PRINTER)
    grouped(world)
    words = Words("Tờ khai vẫn màu trắng.", "Declarations stay white.")

    def reason(said: Said) -> str:
        with world.store.writing() as session:
            group = answering.group_of(session, known(session, id), stands(world, id).groups[0].group.id)
            assert group is not None
            try:
                answering.answer(world.desk, session, known(session, id), group, said, add_leader(session))
            except ConsultationRefused as wrong:
                return wrong.reason
        return ""

    assert reason(Said(Outcome.TAKEN_UP, words, True)) == "consultation.refused.not_closed"
    ended(world, id)
    assert reason(Said(None, words, True)) == "consultation.refused.outcome"
    assert reason(Said(Outcome.PARTLY, Words("Một phần.", ""), True)) == "questionnaire.refused.both_languages"
    assert reason(Said(Outcome.TAKEN_UP, words, True)) == ""
    group = stands(world, id).groups[0].group
    assert (group.outcome, group.quoted, group.said("en")) == ("taken_up", True, "Declarations stay white.")


def test_the_clock_closes_it_after_its_last_day(world: World) -> None:
    id = consulted(world)
    world.clock.set(dt.datetime.combine(LAST_DAY, dt.time(16, 59), dt.UTC))
    due.close_consultations(world.desk)
    says(world, id, NEVER)
    world.clock.advance(minutes=2)
    assert refused(world, id) == "consultation.refused.not_open"
    due.close_consultations(world.desk)
    due.close_consultations(world.desk)
    with world.store.reading() as session:
        assert known(session, id).state == "closed"


def test_a_draft_is_kept_edited_and_thrown_away(world: World) -> None:
    id = drafted(world, ConsultationPlan(title=PLAN.title))
    with world.store.writing() as session:
        service.edit(world.desk, session, known(session, id), PLAN, add_leader(session))
        assert known(session, id).summary("en") == "This draft does not exist."
        assert service.public(session, id) is None
        service.discard(world.desk, session, known(session, id), add_leader(session))
        assert service.by_id(session, id) is None
        assert units.by_code(session, "VN") is not None
