"""Whom a recall reaches, what they read, and who may decide it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from clock.due import forget_what_is_due, send_corrections
from desk.audit.model import AuditEntry
from desk.cases.officers import desk as officer_desk
from desk.cases.words import moment
from desk.conversations.incoming import Kind
from desk.enterprises import access
from desk.guidance import service as guidance
from desk.recall import finding, report, service
from desk.recall.finding import Numbers
from desk.recall.model import Recall
from desk.recall.permissions import RecallRefused
from tests.console_fixtures import only_case
from tests.curator_fixtures import named
from tests.desk_fixtures import NOON, Chatter, World, a_record
from tests.privacy_fixtures import KEPT_FOR
from tests.recall_fixtures import (
    ENTRY,
    QUESTION,
    TITLE,
    WRONG,
    corrections_in,
    is_corrected,
    known,
    planned,
    started,
    state_of,
    told,
    was_told,
)


def numbers(world: World, recall_id: int) -> Numbers:
    with world.store.reading() as session:
        return service.numbers_of(session, session.get_one(Recall, recall_id))


def prospect(world: World, days: int = 30, *, earlier: bool = False) -> service.Prospect:
    with world.store.reading() as session:
        return service.prospect(world.desk, session, ENTRY, service.Plan(days, earlier=earlier))


def refusal(world: World, act: Any, recall_id: int, by: str, *arguments: Any, **more: Any) -> str:
    with world.store.writing() as session, pytest.raises(RecallRefused) as refused:
        act(world.desk, session, known(session, recall_id), *arguments, named(session, by), **more)
    return refused.value.reason.removeprefix("recall.refused.")


def test_a_correction_says_what_was_asked_when_what_was_wrong_and_what_holds(world: World, lan: Chatter) -> None:
    answer = was_told(world, lan).read()[-1].text
    code = answer.rsplit(": ", 1)[1]
    world.clock.advance(hours=1)
    is_corrected(world)
    started(world, planned(world))
    send_corrections(world.desk)
    (said,) = corrections_in(lan)
    for part in (QUESTION, code, moment(NOON, "vi"), WRONG["wrong_vi"], "Lời đúng.", "Luật Hải quan", "xin lỗi"):
        assert part in said
    assert lan.read()[-1].acts == ["show_entry", "ask_officer"]


def test_its_buttons_show_what_holds_and_lead_to_an_officer_with_the_question(world: World, lan: Chatter) -> None:
    was_told(world, lan)
    is_corrected(world)
    started(world, planned(world))
    send_corrections(world.desk)
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    with world.store.reading() as session:
        assert only_case(session).question == QUESTION
    assert "Lời đúng." in lan.taps("show_entry", "toàn bộ")[-1].text


def test_where_nothing_holds_it_says_so(world: World, lan: Chatter) -> None:
    was_told(world, lan)
    with world.store.writing() as session:
        guidance.withdraw(session, ENTRY, by="officer:hoa", reason="sai", at=world.clock.now())
    started(world, planned(world))
    send_corrections(world.desk)
    assert world.text("recall.nothing_holds") in corrections_in(lan)[0]
    assert lan.read()[-1].acts == ["ask_officer"]


def test_a_chat_that_got_it_many_times_is_told_once_and_others_are_not(world: World, lan: Chatter, an: Chatter) -> None:
    for number in range(7):
        was_told(world, lan, f"hồ sơ nhập khẩu lần {number}")
    world.search.finds("channels", about="luồng")
    an.writes("tờ khai luồng đỏ")
    is_corrected(world)
    started(world, planned(world))
    for _ in range(3):
        send_corrections(world.desk)
        world.clock.advance(seconds=1)
    (said,) = corrections_in(lan)
    assert world.text("recall.more", count=2) in said
    assert corrections_in(an) == []


def test_who_got_the_right_text_or_the_wrong_one_too_long_ago_is_not_told(
    world: World, lan: Chatter, an: Chatter
) -> None:
    was_told(world, lan)
    world.clock.advance(days=40)
    is_corrected(world)
    was_told(world, an)
    assert prospect(world, 30).numbers.chats == 0
    assert prospect(world, 41).numbers.chats == 1


def test_each_reads_it_in_their_language(world: World, lan: Chatter) -> None:
    english = world.chatter("101", hint="en")
    was_told(world, english, "what documents do I need for import")
    was_told(world, lan)
    is_corrected(world)
    recall = planned(world)
    assert numbers(world, recall).languages == {"en": 1, "vi": 1}
    started(world, recall)
    send_corrections(world.desk)
    assert corrections_in(english)[0].startswith(TITLE["en"])
    assert corrections_in(lan)[0].startswith(TITLE["vi"])


def test_versions_with_the_same_text_were_wrong_too_and_older_ones_by_choice(
    world: World, lan: Chatter, an: Chatter
) -> None:
    other = world.chatter("102")
    was_told(world, other)  # version 1
    for words, questions in (("Lời sai.", "câu"), ("Lời sai.", "hỏi khác")):
        record = a_record(
            ENTRY,
            answer={"vi": words, "en": words},
            questions={"vi": [f"{questions} {n}" for n in range(6)], "en": [f"{questions} {n}" for n in range(6)]},
        )
        with world.store.writing() as session:
            guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now())
        was_told(world, lan if questions == "câu" else an)
    is_corrected(world)
    found = prospect(world)
    assert (found.wrong.versions, found.wrong.earlier, found.wrong.corrected) == ((2, 3), (1,), 4)
    assert (found.numbers.chats, prospect(world, earlier=True).numbers.chats) == (2, 3)


def test_what_nobody_said_was_wrong_is_not_recalled(world: World, lan: Chatter) -> None:
    was_told(world, lan)
    with world.store.writing() as session:
        record = a_record(ENTRY, answer={"vi": "Rõ hơn.", "en": "Clearer."})
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now())
    with pytest.raises(RecallRefused, match="nothing_wrong"):
        prospect(world)


def test_a_blocked_chat_is_counted_and_not_told(world: World, lan: Chatter, an: Chatter) -> None:
    was_told(world, lan)
    was_told(world, an)
    an.sends(Kind.BLOCKED)
    is_corrected(world)
    recall = planned(world)
    assert numbers(world, recall).left_out == {"blocked": 1}
    started(world, recall)
    lan.sends(Kind.BLOCKED)  # after it began
    send_corrections(world.desk)
    assert told(world) == []
    with world.store.reading() as session:
        assert report.of(session, session.get_one(Recall, recall)).left_out == {"blocked": 2}
    assert state_of(world, recall) == "finished"


def test_who_was_forgotten_is_not_contacted(world: World, lan: Chatter, an: Chatter) -> None:
    was_told(world, lan)
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days - 1)
    was_told(world, an)
    is_corrected(world)
    recall = planned(world, days=730)
    assert numbers(world, recall).chats == 2
    started(world, recall)
    world.clock.advance(days=1)
    forget_what_is_due(world.desk)
    send_corrections(world.desk)
    assert (corrections_in(lan), len(corrections_in(an))) == ([], 1)


class TestRepliesThatQuoted:
    """minh quotes the entry in a reply to lan's case before it is corrected."""

    @pytest.fixture
    def quoted(self, world: World, lan: Chatter) -> None:
        lan.writes("Câu hỏi mà bàn chưa có hướng dẫn?")
        lan.taps("ask_officer")
        lan.taps("send_as_is")
        text = "Nguyên văn dossier_import: nộp ở chi cục."
        with world.store.writing() as session:
            case, minh = only_case(session), named(session, "minh")
            officer_desk.claim(world.desk, session, case, minh)
            officer_desk.reply(world.desk, session, case, minh, text, quoted=[(ENTRY, 1)])

    @pytest.mark.usefixtures("quoted")
    def test_the_person_of_the_case_is_told(self, world: World, lan: Chatter) -> None:
        is_corrected(world)
        started(world, planned(world))
        send_corrections(world.desk)
        assert "2026-00001" in corrections_in(lan)[0]

    @pytest.mark.usefixtures("quoted")
    def test_who_has_no_part_in_the_case_any_more_is_not(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        is_corrected(world)
        monkeypatch.setattr(access, "has_part_in", lambda *_: False)
        with pytest.raises(RecallRefused, match="nobody"):
            planned(world)
        with world.store.reading() as session:
            found = service.prospect(world.desk, session, ENTRY, service.Plan(30))
        assert found.numbers.left_out == {"no_part": 1}


def test_a_later_recall_of_the_same_text_tells_nobody_twice(world: World, lan: Chatter, an: Chatter) -> None:
    was_told(world, lan)
    world.clock.advance(days=20)
    was_told(world, an)
    is_corrected(world)
    started(world, planned(world, days=10))
    send_corrections(world.desk)
    assert told(world) == ["900"]
    again = planned(world, days=30)
    assert numbers(world, again).left_out == {"told_before": 1}
    started(world, again)
    send_corrections(world.desk)
    assert (len(corrections_in(lan)), len(corrections_in(an))) == (1, 1)


class TestWhoDecides:
    @pytest.fixture
    def recall(self, world: World, lan: Chatter) -> int:
        was_told(world, lan)
        is_corrected(world)
        return planned(world)

    @pytest.mark.parametrize(
        ("by", "reason"), [("hoa", "own_plan"), ("quang", "only_department"), ("minh", "only_department")]
    )
    def test_only_another_of_the_department_lets_it_go(self, world: World, recall: int, by: str, reason: str) -> None:
        assert refusal(world, service.start, recall, by, chats=1) == reason

    @pytest.mark.parametrize("by", ["mai", "son"])
    def test_another_curator_or_a_head_does(self, world: World, recall: int, by: str) -> None:
        started(world, recall, by)
        assert state_of(world, recall) == "running"

    def test_whoever_reworded_it_does_not_let_it_go(self, world: World, recall: int) -> None:
        with world.store.writing() as session:
            words = WRONG | {"wrong_vi": "Rõ hơn."}
            service.reword(world.desk, session, known(session, recall), words, named(session, "mai"))
        assert refusal(world, service.start, recall, "mai", chats=1) == "own_plan"

    def test_whoever_lets_it_go_looked_at_the_number(self, world: World, recall: int) -> None:
        assert refusal(world, service.start, recall, "mai", chats=2) == "other_number"

    def test_an_officer_plans_none(self, world: World, recall: int) -> None:
        with world.store.writing() as session, pytest.raises(RecallRefused, match="not_a_curator"):
            service.plan(world.desk, session, ENTRY, service.Plan(30, **WRONG), named(session, "minh"))

    def test_an_entry_has_one_at_a_time(self, world: World, recall: int) -> None:
        with pytest.raises(RecallRefused, match="is_open"):
            planned(world)

    @pytest.mark.parametrize("name", ["wrong_vi", "wrong_en"])
    def test_it_says_in_both_languages_what_was_wrong(self, world: World, recall: int, name: str) -> None:
        words = WRONG | {name: " "}
        with world.store.writing() as session, pytest.raises(RecallRefused) as refused:
            service.reword(world.desk, session, known(session, recall), words, named(session, "hoa"))
        assert refused.value.field == name

    def test_a_text_that_changed_since_the_plan_is_not_sent(self, world: World, recall: int) -> None:
        is_corrected(world, "Lời đúng hơn.")
        assert refusal(world, service.start, recall, "mai", chats=1) == "text_changed"

    def test_every_step_is_in_the_audit(self, world: World, recall: int) -> None:
        started(world, recall)
        with world.store.writing() as session:
            hoa, mai = named(session, "hoa"), named(session, "mai")
            service.pause(world.desk, session, known(session, recall), hoa)
            service.resume(world.desk, session, known(session, recall), mai)
            service.stop(world.desk, session, known(session, recall), mai, "Gửi thư riêng.")
        with world.store.reading() as session:
            query = select(AuditEntry.act).where(AuditEntry.act.startswith("recall.")).order_by(AuditEntry.id)
            acts = [act.removeprefix("recall.") for act in session.scalars(query)]
        assert acts == ["planned", "started", "paused", "resumed", "stopped"]


def test_the_wrong_of_an_entry_is_what_was_said_last(world: World, lan: Chatter) -> None:
    is_corrected(world)
    is_corrected(world, "Lời đúng thật.")
    with world.store.reading() as session:
        wrong = finding.wrong_in(session, ENTRY, dt.date(2026, 11, 23))
    assert wrong is not None
    assert (wrong.versions, wrong.corrected, wrong.earlier) == ((2,), 3, (1,))
