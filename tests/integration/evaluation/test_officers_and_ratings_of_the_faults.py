"""What officers answered and people rated in a run with faults is held against the store."""

from __future__ import annotations

import pytest

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.cases.officers import to_person
from desk.people import service as people
from desk.ratings.model import Rating
from evaluation.faults.officers_checked import check_cases, check_ratings
from evaluation.faults.people import Sent
from evaluation.faults.reading import read_chats
from evaluation.faults.reconcile import Findings
from tests.desk_fixtures import SURE, Chatter, World


def found_of(world: World, chatter: Chatter, *titles: str) -> Findings:
    """The findings where the last update of the chat was, for its sender, the press of each of these buttons."""
    found = Findings()
    with world.store.reading() as session:
        chats = read_chats(session)
        key = chats[chatter.channel, chatter.address].updates[-1].key
        sent = [Sent(chatter.channel, key, "", f"[{title}]", 0.0) for title in titles]
        check_ratings(found, session, chats, sent)
    return found


@pytest.fixture(params=["telegram", "web"])
def rated(request: pytest.FixtureRequest, world: World) -> Chatter:
    """Somebody who has pressed four stars."""
    chatter = world.chatter("somebody", request.param)
    world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)
    chatter.writes("hồ sơ hải quan nhập khẩu gồm gì")
    chatter.commands("done")
    chatter.presses(chatter.button("rate", "★★★★ Hài").id)
    return chatter


def test_stars_that_are_in_the_store_are_in_order(world: World, rated: Chatter) -> None:
    found = found_of(world, rated, "★★★★ Hài lòng")

    assert found.wrong == {"lost": 0, "doubled": 0, "reordered": 0, "stuck": 0}
    assert found.counted == {"chats that rated": 1, "ratings": 1}


def test_stars_that_are_not_in_the_store_are_lost(world: World, rated: Chatter) -> None:
    with world.store.writing() as session:
        session.delete(session.query(Rating).one())

    assert len(found_of(world, rated, "★★★★ Hài lòng").lost) == 1


def test_other_stars_than_were_pressed_are_noticed(world: World, rated: Chatter) -> None:
    assert len(found_of(world, rated, "★★★★★ Rất hài lòng").lost) == 1


def test_a_rating_that_nobody_gave_is_noticed(world: World, rated: Chatter) -> None:
    assert len(found_of(world, rated).doubled) == 1


@pytest.mark.parametrize(("times", "wrong"), [(0, "lost"), (1, ""), (2, "doubled")])
@pytest.mark.parametrize("where", ["thread", "chat"])
@pytest.mark.usefixtures("minh")
def test_the_answer_of_an_officer_stands_once_in_its_case_and_in_the_chat_of_who_asked(
    world: World, lan: Chatter, where: str, times: int, wrong: str
) -> None:
    lan.writes("giá vàng hôm nay")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    found = Findings()
    with world.store.writing() as session:
        case, officer = session.query(Case).one(), people.by_username(session, "minh")
        assert officer is not None
        said = {"kind": EntryKind.REPLIED, "officer_id": officer.id, "text": "Trả lời", "at": world.clock.now()}
        session.add_all(CaseEntry(case_id=case.id, **said) for _ in range(times if where == "thread" else 1))
        for _ in range(times if where == "chat" else 1):
            to_person.reply(world.desk, session, case, "Trả lời")
        session.flush()
        check_cases(found, session, {case.number: "Trả lời"}, set())
        session.rollback()

    assert [name for name, many in found.wrong.items() if many] == [wrong] * bool(wrong)
    assert found.counted["cases that no officer was seen to take"] == 0


def test_a_case_that_an_officer_resolved_and_the_store_does_not_know_is_lost(world: World) -> None:
    found = Findings()
    with world.store.reading() as session:
        check_cases(found, session, {}, {"2026-00001"})

    assert len(found.lost) == 1
