"""The terminal chat: lines and numbered buttons go through the same inbox as any channel, and replies come back."""

from __future__ import annotations

import pytest

from cli.chat import TerminalChat
from desk.cases import queries
from desk.cases.model import CaseState
from desk.cases.officers import desk as officer_desk
from desk.people import service as people
from tests.desk_fixtures import World


@pytest.fixture
def terminal(world: World) -> TerminalChat:
    return TerminalChat(world.desk, "lan-at-a-terminal")


def test_a_question_is_answered_with_numbered_buttons(world: World, terminal: TerminalChat) -> None:
    world.search.finds("dossier_import")

    said = terminal.send("hồ sơ nhập khẩu gồm gì")

    assert world.text("notice.first_contact") in [message.text for message in said]
    assert world.text("button.ask_officer") in terminal.titles()


def test_two_numbers_open_a_case_and_the_officers_reply_comes_at_the_next_look(
    world: World, terminal: TerminalChat
) -> None:
    terminal.send("một việc hải quan không ai biết")
    terminal.send(str(terminal.titles().index(world.text("button.ask_officer")) + 1))
    opened = terminal.send(str(terminal.titles().index(world.text("button.send_as_is")) + 1))
    assert "Số hồ sơ" in opened[-1].text

    with world.store.writing() as session:
        case = queries.in_state(session, CaseState.WAITING)[0]
        minh = people.by_username(session, "minh")
        assert minh is not None
        officer_desk.claim(world.desk, session, case, minh)
        officer_desk.reply(world.desk, session, case, minh, "Xin mang hồ sơ đến đội thủ tục.")

    assert [message.text for message in terminal.news()][-1].endswith("Xin mang hồ sơ đến đội thủ tục.")
    assert terminal.news() == []


def test_a_command_is_a_command(world: World, terminal: TerminalChat) -> None:
    assert terminal.send("/help")[-1].text == world.text("small_talk.help")


def test_a_number_that_is_no_button_is_a_text(world: World, terminal: TerminalChat) -> None:
    world.search.finds("dossier_import")

    assert terminal.send("99")


def test_two_answers_come_in_order_each_with_its_own_buttons(world: World, terminal: TerminalChat) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    terminal.send("/help")
    first, second = terminal.send("Hồ sơ nhập khẩu gồm gì? Tờ khai luồng đỏ thì làm gì?")
    assert [first.entry, second.entry] == ["dossier_import", "channels"]
    numbers = [number for message in (first, second) for number, _ in terminal.numbered(message)]
    assert numbers == list(range(1, len(terminal.titles()) + 1))
    assert {title for _, title in terminal.numbered(second)} >= {world.text("button.helpful")}
