"""The search is away: entries are offered by their words, never told as an answer, and counted as no gap."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from desk.answering.from_words import FromWords
from desk.answering.trying import try_out
from desk.enquiries.model import Enquiry
from desk.figures import topics
from desk.gaps import collecting
from desk.guidance import service as guidance
from tests.desk_fixtures import Chatter, World, a_record

DAY = dt.date(2026, 11, 23)
SEAL, DRONE, OLD = "niêm phong hải quan container", "nhập khẩu máy bay không người lái", "hoàn thuế giá trị gia tăng"


def about(id: str, words: str, **more: object) -> object:
    questions = {
        "vi": [f"{words} {n}" for n in range(6)],
        "en": [f"customs seal question {n} of {id}" for n in range(6)],
    }
    return a_record(id, title={"vi": words.capitalize(), "en": f"Title of {id}"}, questions=questions, **more)


@pytest.fixture
def shelf(world: World) -> World:
    records = [
        about("seal", SEAL),
        about("drone", DRONE),
        about("refund", OLD, in_force={"from": "2015-01-01", "to": "2020-12-31"}),
        *(about(f"seal_{n}", f"niêm phong loại thứ {n}") for n in range(6)),
    ]
    with world.store.writing() as session:
        guidance.load_shipped(session, records, at=world.clock.now())  # type: ignore[arg-type]
    world.search.fails = True
    return world


def enquiry(world: World) -> Enquiry:
    with world.store.reading() as session:
        return session.scalars(select(Enquiry)).one()


@pytest.mark.parametrize("text", ["Máy bay không người lái nhập khẩu thế nào?", "may bay khong nguoi lai"])
def test_entries_with_the_words_of_the_question_are_offered_and_chosen_as_always(
    shelf: World, lan: Chatter, text: str
) -> None:
    *_, offered = lan.writes(text)
    assert offered.text == shelf.text("degraded.entries_by_words")
    assert offered.entry is None
    assert (offered.titles[0], offered.acts[-1]) == (DRONE.capitalize(), "ask_officer")
    assert len(offered.buttons) <= 5
    assert lan.taps("show_entry", DRONE.capitalize())[-1].entry == "drone"


def test_no_more_than_four_are_offered(shelf: World, lan: Chatter) -> None:
    assert lan.writes("niêm phong thứ mấy")[-1].acts == ["show_entry"] * 4 + ["ask_officer"]


def test_where_nothing_fits_a_case_is_offered(shelf: World, lan: Chatter) -> None:
    *_, said = lan.writes("Cuối tuần Đà Lạt có mưa không, mang áo gì?")
    assert (said.text, said.acts) == (shelf.text("outcome.error_search"), ["ask_officer"])
    assert enquiry(shelf).outcome == "error_search"


def test_what_is_not_in_force_on_the_day_is_not_offered(shelf: World) -> None:
    by_words = FromWords(shelf.store, shelf.desk.rules.words.patterns)
    assert [hit.entry for hit in by_words.hits(OLD, DAY)] == []
    assert by_words.hits(OLD, dt.date(2019, 1, 1))[0].entry == "refund"


def test_what_is_published_is_offered_at_once_and_what_is_withdrawn_no_more(shelf: World) -> None:
    by_words = FromWords(shelf.store, shelf.desk.rules.words.patterns)
    assert by_words.hits(DRONE, DAY)[0].entry == "drone"
    with shelf.store.writing() as session:
        guidance.withdraw(session, "drone", by="officer:hoa", reason="Sai.", at=shelf.clock.now())
    assert "drone" not in [hit.entry for hit in by_words.hits(DRONE, DAY)]


def test_ones_own_matter_stays_an_officers_whatever_words_it_has_in_common_with_an_entry(
    shelf: World, lan: Chatter
) -> None:
    with shelf.store.writing() as session:
        records = [about("looked_up", "xem giúp hồ sơ")]
        guidance.load_shipped(session, records, at=shelf.clock.now())  # type: ignore[arg-type]
    lan.writes("nhờ anh chị xem giúp em hồ sơ với")
    assert enquiry(shelf).outcome == "unanswerable_personal"


def test_it_is_kept_what_was_offered_and_that_it_came_from_words_alone(shelf: World, lan: Chatter) -> None:
    lan.writes(DRONE)
    kept = enquiry(shelf)
    assert (kept.outcome, kept.publication_no) == ("clarify_entries", None)
    assert kept.candidates[0]["entry"] == "drone"
    assert kept.candidates[0]["confidence"] == 0.0
    assert "from_words" in kept.timings_ms


def test_it_is_no_gap_of_the_guidance_and_no_topic_that_was_asked_about(shelf: World, lan: Chatter) -> None:
    lan.writes(DRONE)
    lan.commands("done")
    with shelf.store.reading() as session:
        assert collecting.uncollected(session, shelf.clock.now()) == []
        assert session.scalars(select(topics.ABOUT)).all() == [None]


def test_a_curator_who_tries_a_question_is_told_that_the_search_failed(shelf: World) -> None:
    trial = try_out(shelf.desk, DRONE)
    assert trial.failed


def test_two_questions_in_one_message_are_offered_the_same_list_once(shelf: World, lan: Chatter) -> None:
    before = len(lan.read())
    lan.writes("Máy bay không người lái nhập khẩu thế nào? Niêm phong hải quan container ra sao?")
    offered = [said for said in lan.read()[before:] if said.text == shelf.text("degraded.entries_by_words")]
    assert len(offered) == 1
    assert DRONE.capitalize() in offered[0].titles
    assert len(enquiry(shelf).searched) >= 1
