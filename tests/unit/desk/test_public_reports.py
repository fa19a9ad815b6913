"""A public report: no number below five, none from which one follows, and nothing of persons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from desk.figures.gaps import Example
from desk.guidance.record import Language
from desk.reports.month.document import Document
from desk.reports.month.figures import EntryCount, MonthFigures, Rated, Side, UnitCount
from desk.reports.month.public import cells_of, shown, sums_of, unlisted
from desk.reports.month.sections import Report
from desk.reports.month.withholding import SMALLEST
from desk.tables.table import Kind
from desk.texts import Texts
from tests.desk_fixtures import CONTENT
from tests.report_fixtures import a_full_month, figures, side, times

TEXTS = Texts.read(CONTENT / "texts")
count = st.integers(0, 25)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """A month whose numbers hang together as those of a real one."""
    entries, topics = [], {}
    for topic in draw(st.lists(st.sampled_from(["declaration", "tax", "passengers", ""]), min_size=1, unique=True)):
        inner = draw(st.lists(st.integers(1, 25), max_size=5 if topic else 2))
        entries += [
            EntryCount(entry=f"{topic or 'x'}_{place}", group=topic, asked=asked, answered=0)
            for place, asked in enumerate(inner)
        ]
        topics[topic] = sum(inner) + (draw(count) if not topic else 0)
    asked = sum(topics.values())
    answered = draw(st.integers(0, asked))
    unanswerable = draw(st.integers(0, asked - answered))
    families = {"answered": answered, "unanswerable": unanswerable, "error": asked - answered - unanswerable}
    web = draw(st.integers(0, asked))
    counts = tuple(draw(count) for _ in range(5))
    elsewhere = draw(count)
    kept, late, unjudged = draw(count), draw(count), draw(count)
    opened = kept + late + unjudged
    first = draw(st.integers(0, opened))
    units = tuple(
        UnitCount(code=code, names={"vi": code, "en": code}, cases=cases, judged=0, kept=0, rated=Rated())
        for code, cases in (("KV02", first), ("KV03", opened - first))
    )
    return side(
        asked=asked,
        families={name: number for name, number in families.items() if number},
        without_an_officer=draw(st.integers(0, answered)),
        channels={"web": web, "telegram": asked - web},
        topics={name: number for name, number in topics.items() if number},
        entries=tuple(sorted(entries, key=lambda each: -each.asked)),
        gaps={"x": draw(st.integers(0, unanswerable))},
        rated=Rated(asked=sum(counts) + elsewhere + draw(count), counts=counts, elsewhere=elsewhere),
        times=times(opened, kept + late, kept, overdue=draw(st.integers(0, late))),
        units=units,
    )


def ends(of: Side, gone: Sequence[str], name: str) -> tuple[float, float]:
    """The least and the most that a withheld number can be for whoever knows the sums and everything shown."""
    cells, rows, values = cells_of(of), [], []
    for each in sums_of(of):
        row, value = np.zeros(len(gone)), 0.0
        for cell, sign in ((each.total, -1), *((part, 1) for part in each.parts)):
            if cell in gone:
                row[gone.index(cell)] = sign
            else:
                value -= sign * cells[cell]
        rows.append(row)
        values.append(value)
    aim = np.zeros(len(gone))
    aim[gone.index(name)] = 1
    found = []
    for way in (1, -1):
        solved = linprog(way * aim, A_eq=np.array(rows), b_eq=np.array(values), bounds=(0, 1000))
        assert solved.status == 0, solved.message
        found.append(way * solved.fun)
    return found[0], found[1]


@settings(max_examples=40)
@given(sides())
def test_no_small_number_can_be_computed_from_what_is_shown(of: Side) -> None:
    public = shown(of, is_public=True)
    gone = sorted(public.gone)
    rests = {"escalated", "matters", "silent", "elsewhere", "unjudged", "late", "unsatisfied", "entry."}
    for name in gone:
        if public.cells[name] < SMALLEST and (public.cells[name] or name not in rests):
            least, most = ends(of, gone, name)
            assert most - least >= 1 - 1e-6, (name, public)
    assert unlisted(of) <= public.gone


def numbers_in(document: Document) -> Iterator[tuple[str, float]]:
    """Every count in the tables of a report; shares, hours and means are none."""
    for section in document.sections:
        for table in section.tables:
            for row in table.rows:
                for cell, column in zip(row, table.columns, strict=True):
                    if column.kind is Kind.NUMBER and not column.digits:
                        yield column.name, cell if isinstance(cell, int | float) else SMALLEST


@settings(max_examples=40)
@given(sides(), sides(), st.sampled_from(["vi", "en"]))
def test_no_table_of_the_public_has_a_number_below_five(now: Side, before: Side, language: Language) -> None:
    report = Report(figures(now, before.model_copy(update={"month": "2026-09"})), TEXTS, language, is_public=True)
    small = [each for each in numbers_in(report.document()) if each[1] < SMALLEST]
    assert small == []


@settings(max_examples=40)
@given(sides())
def test_a_share_is_shown_only_where_both_its_numbers_are(now: Side) -> None:
    report = Report(figures(now), TEXTS, "en", is_public=True)
    tables = {table.name: table for section in report.document().sections for table in section.tables}
    for table in tables.values():
        for row in table.rows:
            by_name = {column.name: cell for column, cell in zip(table.columns, row, strict=True)}
            for share, counts in (("response", ("requested", "rated")), ("share", ("asked",))):
                if by_name.get(share) is not None:
                    assert all(by_name[name] is not None for name in counts)
            levels = [cell for name, cell in by_name.items() if name.startswith("stars_")]
            assert by_name.get("mean") is None or None not in levels


def of(public: bool, made: MonthFigures) -> Document:
    examples = {"channels": [Example("Tôi là [tên], tờ khai bị treo", "vi")]}
    return Report(made, TEXTS, "vi", is_public=public).document(examples)


def test_the_public_reads_no_words_of_persons_and_no_parts_of_a_score() -> None:
    internal, public = (json.dumps(of(each, a_full_month()).as_json(), ensure_ascii=False) for each in (False, True))
    assert any(section.quoted for section in of(False, a_full_month()).sections)
    assert not any(section.quoted for section in of(True, a_full_month()).sections)
    assert ("part_reopened" in internal, "part_reopened" in public) == (True, False)


def test_what_is_withheld_is_said_under_the_table() -> None:
    made = figures(side(asked=43, topics={"declaration": 40, "tax": 3}, entries=()))
    section = of(True, made).sections[0]
    assert [row[1:] for row in section.tables[0].rows] == [(None, None), (None, None)]
    assert section.notes[-1] == TEXTS.say("month.note.withheld", "vi")
