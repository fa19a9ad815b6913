"""Similar cases in an officer's chat: seen when one is claimed, and one reply sent to all with two taps."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.attachments.service import Upload
from desk.cases.model import Case, CaseState
from desk.conversations.buttons import ACTS
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Chat, Message
from desk.conversations.service import current
from desk.conversations.turn import Turn
from tests.alike_fixtures import answers, claims, open_case, outages
from tests.desk_fixtures import Chatter, Said, World
from tests.file_fixtures import PDF, sends_files

REPLY = "Hệ thống đã hoạt động lại từ 15 giờ."
IN_ENGLISH = "The system has been back since 3 p.m."


@pytest.fixture(autouse=True)
def _linked(minh: Chatter) -> None:
    """Officers are linked before cases come in."""


def got(world: World, address: str) -> list[str]:
    return [said.text for said in world.chatter(address).read() if said.author == "officer"]


def claims_and_replies(minh: Chatter, number: str, text: str = REPLY) -> list[Said]:
    notice = next(said for said in minh.read() if "officer_claim" in said.acts and number in said.text)
    minh.presses(next(button.id for button in notice.buttons if button.act == "officer_claim"))
    return minh.writes(text, reply_to=minh.external_id(notice))


def states(world: World) -> list[tuple[str | None, CaseState]]:
    with world.store.reading() as session:
        return [(case.number, case.state) for case in session.scalars(select(Case).order_by(Case.id))]


def test_under_a_claimed_case_stands_how_many_are_like_it(world: World, minh: Chatter) -> None:
    outages(world, "101", "102", "103")
    said = minh.taps("officer_claim")
    assert said[-1].titles == [world.text("alike.button", count=2)]
    listed = minh.taps("officer_alike")[-1]
    assert "2026-00001" in listed.text
    assert "2026-00002" in listed.text
    assert listed.acts == ["officer_apart", "officer_apart"]  # nothing was replied yet


def test_where_there_are_none_nothing_more_is_said(world: World, minh: Chatter) -> None:
    outages(world, "101")
    assert [said.text for said in minh.taps("officer_claim")] == [world.text("officer.claimed", number="2026-00001")]


def test_a_reply_goes_to_the_others_with_two_taps_and_only_once(world: World, minh: Chatter) -> None:
    outages(world, "101", "102", "103")
    offered = claims_and_replies(minh, "2026-00001")
    assert offered[-1].acts == ["officer_alike_send"]
    shown = minh.taps("officer_alike_send")[-1]
    assert shown.text.startswith(world.text("alike.confirm", count=2))
    assert REPLY in shown.text
    assert got(world, "102") == []
    confirm = next(button.id for button in shown.buttons if button.act == "officer_alike_confirm")
    sent = minh.presses(confirm)[-1]
    assert sent.text == world.text("alike.sent", count=2, numbers="2026-00002, 2026-00003")
    minh.presses(confirm)
    for address, number in (("101", "2026-00001"), ("102", "2026-00002"), ("103", "2026-00003")):
        assert got(world, address) == [f"{world.text('case.reply_title', number=number)}\n\n{REPLY}"]
    minh.taps("officer_alike_resolve")
    assert {state for _, state in states(world)} == {CaseState.RESOLVED}
    for address in ("101", "102", "103"):
        assert any("rate" in said.acts for said in world.chatter(address).read())


def test_one_can_be_left_out_before_it_is_sent(world: World, minh: Chatter) -> None:
    outages(world, "101", "102", "103")
    claims_and_replies(minh, "2026-00001")
    minh.taps("officer_alike_send", containing="")
    minh.taps("officer_alike_send", containing="2026-00003")
    minh.taps("officer_alike_confirm")
    assert (len(got(world, "102")), len(got(world, "103"))) == (1, 0)


def test_one_that_is_another_matter_is_taken_out_for_good(world: World, minh: Chatter) -> None:
    outages(world, "101", "102", "103")
    claims_and_replies(minh, "2026-00001")
    minh.taps("officer_claim", containing="")  # the newest notice is that of the third case
    listed = minh.taps("officer_alike")[-1]
    said = minh.taps("officer_apart", containing="2026-00002")
    assert "2026-00002" in listed.text
    assert "2026-00002" not in said[-1].text


def test_what_another_claimed_meanwhile_is_left_out_and_said(world: World, minh: Chatter) -> None:
    _, second, _ = outages(world, "101", "102", "103")
    claims_and_replies(minh, "2026-00001")
    minh.taps("officer_alike_send")
    claims(world, second, "binh")
    sent = minh.taps("officer_alike_confirm")[-1]
    assert world.text("officer.held_by_another", number="2026-00002") in sent.text
    assert (got(world, "102"), len(got(world, "103"))) == ([], 1)


def test_a_reply_with_a_file_is_not_offered_to_the_others(world: World, minh: Chatter) -> None:
    outages(world, "101", "102")
    minh.taps("officer_claim")
    notice = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    sends_files(minh, Upload("huong-dan.pdf", PDF), text=REPLY, reply_to=minh.external_id(notice))
    assert len(got(world, "102")) == 1
    assert "officer_alike_send" not in minh.taps("officer_alike")[-1].acts


class TestTheOtherLanguage:
    @pytest.fixture(autouse=True)
    def _one_in_english(self, world: World, minh: Chatter) -> None:
        outages(world, "101", "102")
        open_case(world, "103", "the system is down, what should we do", hint="en")
        claims_and_replies(minh, "2026-00001")

    def test_it_gets_nothing_until_the_officer_says_how(self, world: World, minh: Chatter) -> None:
        shown = minh.taps("officer_alike_send")[-1]
        assert world.text("alike.not_yet_en", numbers="2026-00003") in shown.text
        minh.taps("officer_alike_confirm")
        assert (len(got(world, "102")), got(world, "103")) == (1, [])

    def test_the_officer_writes_the_text_for_it(self, world: World, minh: Chatter) -> None:
        minh.taps("officer_alike_send")
        assert minh.taps("officer_alike_write")[-1].text == world.text("alike.write_en")
        shown = minh.writes(IN_ENGLISH)[-1]
        assert world.text("alike.with_text_en", numbers="2026-00003") in shown.text
        assert shown.text.startswith(world.text("alike.confirm", count=2))  # the officer is spoken to as before
        minh.taps("officer_alike_confirm")
        assert got(world, "102")[0].endswith(REPLY)
        assert got(world, "103")[0].endswith(f"\n\n{IN_ENGLISH}")

    def test_or_it_gets_the_reply_as_it_is_with_a_line_that_says_so(self, world: World, minh: Chatter) -> None:
        minh.taps("officer_alike_send")
        minh.taps("officer_alike_send", containing=world.text("alike.marked_button_en"))
        minh.taps("officer_alike_confirm")
        (reply,) = got(world, "103")
        assert world.text("alike.marked", "en") in reply
        assert reply.endswith(REPLY)

    def test_what_is_written_after_going_back_is_no_text_for_it(self, world: World, minh: Chatter) -> None:
        minh.taps("officer_alike_send")
        minh.taps("officer_alike_write")
        minh.taps("officer_alike_send", containing=world.text("alike.back"))
        minh.writes("hàng về cảng bao lâu thì phải khai")
        assert world.text("alike.with_text_en", numbers="2026-00003") not in minh.read()[-1].text


def test_what_others_answered_is_shown_with_the_similar_cases(world: World, minh: Chatter) -> None:
    answered, _ = outages(world, "101", "102")
    answers(world, answered, "Nộp hồ sơ giấy, gọi 0912 345 678.", "binh")
    minh.taps("officer_claim", containing="")
    told = minh.taps("officer_alike")[-1].text
    assert "Nộp hồ sơ giấy, gọi [số]." in told
    assert world.text("alike.none") in told


def test_when_the_search_is_down_the_officer_is_told_and_claims_all_the_same(world: World, minh: Chatter) -> None:
    outages(world, "101", "102")
    world.search.fails = True
    said = [one.text for one in minh.taps("officer_claim")]
    assert said == [world.text("officer.claimed", number="2026-00002"), world.text("alike.unavailable")]
    world.search.fails = False
    assert "2026-00001" in minh.taps("officer_alike")[-1].text


def test_somebody_else_who_has_the_button_is_told_that_it_is_for_officers(world: World, an: Chatter) -> None:
    an.writes("xin chào")
    for act in ("officer_alike", "officer_apart", "officer_alike_send", "officer_alike_write"):
        with world.store.writing() as session:
            chat = session.scalars(select(Chat).where(Chat.address == "900")).one()
            message = session.scalars(select(Message).limit(1)).one()
            conversation = current(session, chat, "", world.clock.now())
            turn = Turn(world.desk, session, Incoming("telegram", "900", Kind.BUTTON), chat, conversation, message)
            ACTS[act](turn, "1:1::")
        assert an.read()[-1].text == world.text("officer.only_officers")
