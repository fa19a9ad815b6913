"""Receipts of answers: made with the answer, told to whoever has the code, and true about today."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from clock.due import forget_what_is_due
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.receipts import codes, service
from desk.receipts.model import Receipt
from desk.receipts.service import Given, ReceiptRefused
from desk.receipts.standing import State
from tests.desk_fixtures import NOON, Chatter, Said, World, a_record
from tests.privacy_fixtures import KEPT_FOR

CODE = re.compile(r"Mã tra cứu: (\S+)$")
ENTRY = "dossier_import"
JULY = dt.date(2026, 7, 1)


def asks(world: World, chatter: Chatter, text: str = "hồ sơ nhập khẩu gồm gì", entry: str = ENTRY) -> Said:
    world.search.finds(entry, about=text)
    return chatter.writes(text)[-1]


def code_of(said: Said) -> str:
    found = CODE.search(said.text)
    assert found is not None, said.text
    return found.group(1)


def told(world: World, code: str) -> Given:
    with world.store.reading() as session:
        return service.for_staff(world.desk, session, code)


def enquiries(world: World) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Enquiry)) or 0


def publish(world: World, *, corrects: bool = False, **changes: Any) -> None:
    with world.store.writing() as session:
        record = a_record(ENTRY, **changes)
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now(), corrects=corrects)


def test_every_answer_ends_with_its_own_code_and_quotes_word_for_word(world: World, lan: Chatter) -> None:
    first, second = asks(world, lan), asks(world, lan, "tờ khai luồng đỏ", "channels")
    assert code_of(first) != code_of(second)
    assert "Nguyên văn dossier_import: nộp ở chi cục." in first.text
    given = told(world, code_of(first))
    assert "\n\n".join(block.as_text() for block in given.blocks) == first.text.rsplit("\n\n", 1)[0]
    assert (given.question, given.entry, given.version, given.as_of) == (
        "hồ sơ nhập khẩu gồm gì",
        ENTRY,
        1,
        dt.date(2026, 11, 23),
    )
    assert (given.given_at, given.as_shown, given.standing.state) == (NOON, True, State.HOLDS)


def test_an_entry_from_a_button_and_a_part_of_it_have_receipts_of_what_was_shown(world: World, lan: Chatter) -> None:
    asks(world, lan)
    shown = lan.taps("show_entry", "channels")[-1]
    assert told(world, code_of(shown)).entry == "channels"
    part = lan.writes("còn thời hạn thì sao?")[-1]
    given = told(world, code_of(part))
    assert given.entry == "channels"
    assert [block.label for block in given.blocks if block.kind == "field"] == ["Thời hạn"]


def test_what_gives_no_guidance_has_no_code(world: World, lan: Chatter) -> None:
    assert "Mã tra cứu" not in lan.writes("Câu hỏi mà bàn chưa có hướng dẫn?")[-1].text
    with world.store.reading() as session:
        assert session.scalars(select(Receipt)).all() == []


@pytest.mark.parametrize("written", ["{}", "mã tra cứu: {}", "/receipt"])
def test_a_code_in_a_chat_is_looked_up_and_is_no_enquiry(world: World, lan: Chatter, written: str) -> None:
    code = code_of(asks(world, lan))
    before = enquiries(world)
    shown = lan.commands("receipt", code) if written == "/receipt" else lan.writes(written.format(code.lower()))
    assert "hồ sơ nhập khẩu gồm gì" in shown[-1].text
    assert world.text("receipt.no_ruling") in shown[-1].text
    assert world.text("receipt.state.holds") in shown[-1].text
    assert enquiries(world) == before


def test_the_command_alone_says_how(world: World, lan: Chatter) -> None:
    assert lan.commands("receipt")[-1].text == world.text("receipt.how", address="https://desk.example/receipt")


def test_who_did_not_ask_sees_the_answer_and_nothing_of_who_asked(world: World, lan: Chatter, an: Chatter) -> None:
    question = "Công ty TNHH Hoa Sen, MST 0312345678, hồ sơ nhập khẩu gồm gì"
    code = code_of(asks(world, lan, question))
    seen = an.writes(code)[-1]
    assert "Nguyên văn dossier_import: nộp ở chi cục." in seen.text
    assert "hồ sơ nhập khẩu gồm gì" in seen.text
    assert "0312345678" not in seen.text
    assert "Hoa Sen" not in seen.text
    assert world.text("receipt.masked") in seen.text
    assert "ask_officer" not in seen.acts
    assert question in lan.writes(code)[-1].text


def test_an_officer_sees_the_question_as_it_was_typed(world: World, lan: Chatter, minh: Chatter) -> None:
    code = code_of(asks(world, lan, "MST 0312345678 hồ sơ nhập khẩu gồm gì"))
    assert "0312345678" in minh.writes(code)[-1].text


def test_a_wrong_code_is_told_apart_from_an_unknown_one(world: World, lan: Chatter) -> None:
    code = code_of(asks(world, lan))
    slip = code[:-1] + next(character for character in codes.ALPHABET if character != code[-1])
    assert lan.writes(slip)[-1].text == world.text("receipt.check_wrong")
    assert lan.writes(codes.grouped(codes.fresh()))[-1].text == world.text("receipt.unknown")
    assert lan.commands("receipt", "KQ7")[-1].text == world.text("receipt.no_code")


def test_who_guesses_is_stopped_for_an_hour_but_sees_their_own(world: World, lan: Chatter, an: Chatter) -> None:
    code, strange = code_of(asks(world, lan)), code_of(asks(world, an))
    for _ in range(service.MISSES_AN_HOUR):
        lan.writes(codes.grouped(codes.fresh()))
    assert lan.writes(strange)[-1].text == world.text("receipt.too_many")
    assert "hồ sơ nhập khẩu gồm gì" in lan.writes(code)[-1].text
    assert an.writes(code)[-1].text != world.text("receipt.too_many")
    world.clock.advance(hours=1)
    assert lan.writes(strange)[-1].text != world.text("receipt.too_many")


def test_a_code_while_a_comment_is_awaited_is_no_comment_and_the_comment_still_counts(
    world: World, lan: Chatter
) -> None:
    code = code_of(asks(world, lan))
    lan.commands("done")
    lan.taps("rate", "5")
    assert "hồ sơ nhập khẩu gồm gì" in lan.writes(code)[-1].text
    assert lan.writes("Rất nhanh.")[-1].text == world.text("rating.comment_kept")


def test_the_text_stays_when_the_words_are_forgotten(world: World, lan: Chatter) -> None:
    code = code_of(asks(world, lan))
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(world.desk)
    given = told(world, code)
    assert given.question == ""
    assert "Nguyên văn dossier_import: nộp ở chi cục." in "".join(block.text for block in given.blocks)


def test_an_answer_from_before_is_put_together_from_its_version(world: World, lan: Chatter) -> None:
    code = code_of(asks(world, lan))
    shown = told(world, code).blocks
    with world.store.writing() as session:
        session.get_one(Receipt, codes.read(code)).shown = None
    publish(world, answer={"vi": "Lời mới.", "en": "New words."})
    given = told(world, code)
    assert (given.blocks, given.as_shown) == (shown[:-2] + shown[-1:], False)  # confirmed by a curator since


class TestWhetherItStillHolds:
    """Of a text of version 1 that was given today."""

    @pytest.fixture
    def code(self, world: World, lan: Chatter) -> str:
        return code_of(asks(world, lan))

    def test_a_version_that_tells_the_same_is_the_same_text(self, world: World, code: str) -> None:
        publish(world, questions={"vi": [f"câu {n}" for n in range(6)], "en": [f"q {n}" for n in range(6)]})
        assert told(world, code).standing.state is State.HOLDS

    def test_a_new_rule_supersedes_it_from_its_day_and_it_goes_on_to_hold_for_the_asked_one(
        self, world: World, code: str
    ) -> None:
        publish(world, in_force={"from": "2027-03-01"}, answer={"vi": "Luật mới.", "en": "New law."})
        assert told(world, code).standing.state is State.HOLDS
        world.clock.set(dt.datetime(2027, 2, 28, 16, 59, tzinfo=dt.UTC))
        assert told(world, code).standing.state is State.HOLDS
        world.clock.advance(minutes=1)
        standing = told(world, code).standing
        assert (standing.state, standing.since, standing.by, standing.for_asked_day) == (
            State.SUPERSEDED,
            dt.date(2027, 3, 1),
            2,
            True,
        )

    def test_a_correction_says_that_it_was_wrong_and_where_the_right_text_is(self, world: World, code: str) -> None:
        publish(world, corrects=True, answer={"vi": "Lời đúng.", "en": "Right words."})
        standing = told(world, code).standing
        assert (standing.state, standing.by, standing.for_asked_day) == (State.WRONG, 2, False)
        publish(world, answer={"vi": "Lời đúng hơn.", "en": "Better words."})
        assert (told(world, code).standing.state, told(world, code).standing.by) == (State.WRONG, 3)
        assert "Lời đúng hơn." in [block.text for block in told(world, code).text_today]

    def test_a_better_wording_of_the_same_days_supersedes_it(self, world: World, code: str) -> None:
        publish(world, answer={"vi": "Rõ hơn.", "en": "Clearer."})
        standing = told(world, code).standing
        assert (standing.state, standing.by, standing.for_asked_day) == (State.SUPERSEDED, 2, False)

    @pytest.mark.parametrize(
        ("last_day", "state"),
        [(None, State.WITHDRAWN), (dt.date(2026, 11, 22), State.RETIRED)],
        ids=["no day", "ended"],
    )
    def test_a_withdrawn_text_is_not_to_be_used(
        self, world: World, code: str, last_day: dt.date | None, state: State
    ) -> None:
        with world.store.writing() as session:
            guidance.withdraw(session, ENTRY, by="officer:hoa", reason="sai", at=world.clock.now(), last_day=last_day)
        assert told(world, code).standing.state is state


def test_an_unknown_code_is_refused_to_staff_too(world: World) -> None:
    with world.store.reading() as session, pytest.raises(ReceiptRefused):
        service.for_staff(world.desk, session, codes.fresh())
