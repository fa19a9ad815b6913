"""What low ratings led to, in the report of the month in which their reviews were settled: you said, we did."""

from __future__ import annotations

from desk.reports.month import reading
from desk.reports.month.counting import counted
from desk.reports.month.document import Document
from desk.reports.month.months import Month
from desk.reports.month.sections import Report
from tests.desk_fixtures import Chatter, World
from tests.rating_review_fixtures import FINDINGS, WORDS, add_small_tree, rated, told, worded
from tests.small_tree import unit

NOVEMBER = Month(2026, 11)


def read(world: World, month: Month, code: str) -> Document:
    with world.store.reading() as session:
        return reading.read(world.desk, session, month, unit(session, code), "vi").document


def test_what_was_said_and_done_is_in_the_report_of_the_unit_and_of_those_above(world: World, lan: Chatter) -> None:
    add_small_tree(world)
    rated(world, lan, 1)
    assert read(world, NOVEMBER, "CATLAI").sections[-1].tables == []
    worded(world)
    told(world)
    for code in ("CATLAI", "KV02", "VN"):
        section = read(world, NOVEMBER, code).sections[-1]
        assert "Lãnh đạo đơn vị đã xem xét các đánh giá thấp và kết thúc 1 lượt xem xét." in section.sentences
        causes, done = section.tables
        assert list(causes.rows) == [("Trả lời chậm", 1)]
        assert list(done.rows) == [("Trả lời chậm", FINDINGS.action, WORDS)]
    for month, code in ((NOVEMBER, "KV03"), (NOVEMBER.before, "VN")):
        assert read(world, month, code).sections[-1].tables == []


def test_the_public_reads_no_words_of_a_review_and_no_small_number_of_them(world: World, lan: Chatter) -> None:
    add_small_tree(world)
    rated(world, lan, 1)
    worded(world)
    told(world)
    with world.store.reading() as session:
        figures = counted(world.desk, session, NOVEMBER, unit(session, "VN"))
    section = Report(figures, world.desk.texts, "vi", is_public=True).document().sections[-1]
    assert (list(section.sentences), section.tables) == (
        ["Trong tháng 11/2026 không ban hành hướng dẫn nào và không đính chính nội dung nào."],
        [],
    )
    done = figures.now.acted
    many = done.model_copy(update={"reviews": done.reviews.model_copy(update={"settled": 9, "told": 7})})
    more = figures.model_copy(update={"now": figures.now.model_copy(update={"acted": many})})
    section = Report(more, world.desk.texts, "vi", is_public=True).document().sections[-1]
    assert list(section.sentences) == [
        "Sau khi đánh giá thấp, 7 doanh nghiệp đã được báo lại kết quả xem xét và những việc đã làm."
    ]
