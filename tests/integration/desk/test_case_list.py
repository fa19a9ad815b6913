"""A person's cases in chat: pages, search, one case with its thread, and a word added to it."""

from __future__ import annotations

from desk.cases import service as cases
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import now, officer, opens, replies


def test_the_newest_ten_are_listed_and_the_next_page_goes_on(world: World, lan: Chatter) -> None:
    numbers = [opens(world, lan, f"việc thứ {n} về hoa lan").number for n in range(12)]
    first = lan.commands("cases")[-1]
    assert [title.split(":")[0] for title in first.titles[:10]] == numbers[:1:-1]
    assert first.acts[-1] == "cases_more"
    second = lan.taps("cases_more")[-1]
    assert [title.split(":")[0] for title in second.titles] == numbers[1::-1]
    assert "cases_more" not in second.acts


def test_a_search_keeps_its_words_on_the_next_page(world: World, lan: Chatter) -> None:
    for n in range(11):
        opens(world, lan, f"hoa lan số {n}")
        opens(world, lan, f"xe máy số {n}")
    first = lan.commands("cases", "hoa lan")[-1]
    assert len(first.acts) == 11
    second = lan.taps("cases_more")[-1]
    assert [title.split(": ")[1] for title in second.titles] == ["hoa lan số 0"]
    assert lan.commands("cases", "tàu hỏa")[-1].text == world.text("case.none_found")


def test_a_case_shows_what_was_said_and_nothing_of_the_officers_own(world: World, lan: Chatter) -> None:
    case = opens(world, lan, "hoa lan cần giấy gì")
    with world.store.writing() as session:
        mine, minh = session.get_one(Case, case.id), officer(session)
        officer_desk.claim(world.desk, session, mine, minh)
        cases.note(session, mine, minh, "Ghi chú nội bộ", world.clock.now())
    replies(world, case, "Cần giấy kiểm dịch.")
    lan.commands("cases")
    shown = lan.taps("case_show")[-1]
    assert "hoa lan cần giấy gì" in shown.text
    assert "Cần giấy kiểm dịch." in shown.text
    assert "Ghi chú nội bộ" not in shown.text
    assert shown.acts == ["case_add"]


def test_a_long_thread_has_pages(world: World, lan: Chatter) -> None:
    case = opens(world, lan, "hoa lan cần giấy gì")
    for n in range(3):
        replies(world, case, f"Phần {n}. " + "x" * 2000)
    lan.commands("cases")
    newest = lan.taps("case_show")[-1]
    assert "Phần 2." in newest.text
    assert "Phần 1." not in newest.text
    before = lan.taps("case_show", world.text("button.case_show"))[-1]
    assert "Phần 1." in before.text
    assert "Phần 2." not in before.text


def test_a_word_is_added_from_the_list_and_a_change_of_mind_adds_nothing(world: World, lan: Chatter) -> None:
    case = opens(world, lan, "hoa lan cần giấy gì")
    lan.commands("cases")
    lan.taps("case_show")
    lan.taps("case_add")
    lan.taps("stop_writing")
    assert lan.writes("chuyện khác về hoa mai")[-1].text == world.text("case.same_or_new", number=case.number)
    lan.taps("case_add")
    assert lan.writes("hàng về ngày mai")[-1].text == world.text("case.added", number=case.number)
    assert [entry.text for entry in now(world, case).entries if entry.text] == ["hàng về ngày mai"]


def test_what_comes_much_later_is_not_taken_for_an_addition(world: World, lan: Chatter) -> None:
    case = opens(world, lan, "hoa lan cần giấy gì")
    lan.commands("cases")
    lan.taps("case_show")
    lan.taps("case_add")
    world.clock.advance(minutes=15)
    assert lan.writes("hàng về ngày mai")[-1].text == world.text("case.same_or_new", number=case.number)


def test_asking_in_words_lists_the_same(world: World, lan: Chatter) -> None:
    opens(world, lan, "hoa lan cần giấy gì")
    lan.writes("hồ sơ của tôi")  # while a case is open it is asked whether a message belongs to it
    asked_in_words = lan.taps("new_question")[-1]
    assert asked_in_words.acts == ["case_show"]
    assert asked_in_words.text == lan.commands("cases")[-1].text
