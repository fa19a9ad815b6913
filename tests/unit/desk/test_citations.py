"""Citations in prose are read into instrument, article, clause and point; what is not certain is told as such."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.guidance.record import LANGUAGES, Citation, Language
from desk.law.citations.model import Found
from desk.law.citations.names import read_short_names
from desk.law.citations.reading import Citations
from desk.law.citations.writing import written
from desk.law.instruments import Instruments
from desk.yaml_file import read_yaml
from tests.desk_fixtures import CONTENT, PROJECT

LAW = CONTENT / "law"
INSTRUMENTS = Instruments.read(LAW / "instruments.yml")
CITATIONS = Citations.read(INSTRUMENTS, LAW)
GOLDEN: list[dict[str, Any]] = read_yaml(PROJECT / "tests" / "data" / "citations.yml")
BEFORE, AFTER = dt.date(2026, 6, 30), dt.date(2026, 7, 1)


def in_short(found: Found) -> str:
    places = [(found.article or "-").replace(" ", "_"), found.clause or "-", found.point or "-"]
    where = re.sub(r"( -)+$", "", " ".join(["", *places]))
    return f"{found.instrument or '?'}{where}" + (f" ({found.doubt})" if found.doubt else "")


@pytest.mark.parametrize("example", GOLDEN, ids=lambda example: str(example["text"]))
def test_a_citation_is_read_as_it_is_meant(example: dict[str, Any]) -> None:
    assert [in_short(found) for found in CITATIONS.find(example["text"])] == example["cites"]


def test_the_golden_examples_are_many_and_unlike() -> None:
    assert len({example["text"] for example in GOLDEN}) >= 80


def test_a_citation_tells_which_letters_it_stands_on() -> None:
    text = "Nộp theo khoản 1 Điều 25 Luật Hải quan, trừ Điều 9 Nghị định 169/2026."
    found = CITATIONS.find(text)
    assert [text[one.start : one.end] for one in found] == [
        "khoản 1 Điều 25 Luật Hải quan",
        "Điều 9 Nghị định 169/2026",
    ]
    assert [one.text for one in found] == [text[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    ("as_of", "number"), [(None, None), (BEFORE, "38/2019/QH14"), (AFTER, "108/2025/QH15")], ids=str
)
def test_the_day_decides_between_laws_of_one_name(as_of: dt.date | None, number: str | None) -> None:
    for text in ("Điều 5 Luật Quản lý thuế", "Article 5 of the Tax Administration Law"):
        (found,) = CITATIONS.find(text, as_of=as_of)
        assert (found.instrument, found.article) == (number, "5")
        assert found.candidates == (("108/2025/QH15", "38/2019/QH14") if number is None else ())


def test_the_day_decides_between_decrees_of_one_title() -> None:
    text = "Điều 9 Nghị định xử phạt vi phạm hành chính trong lĩnh vực hải quan"
    assert [CITATIONS.find(text, as_of=day)[0].instrument for day in (BEFORE, AFTER)] == [
        "128/2020/NĐ-CP",
        "169/2026/NĐ-CP",
    ]
    assert CITATIONS.find(text)[0].doubt == "ambiguous"


def test_this_law_is_the_one_whose_text_it_is() -> None:
    for text in ("khoản 2 Điều 5 Luật này", "Article 5(2) of this Law", "khoản 2 Điều 5"):
        (told,) = CITATIONS.find(text, within="54/2014/QH13")
        assert in_short(told) == "54/2014/QH13 5 2"
        assert CITATIONS.find(text)[0].instrument is None


_ARTICLES = st.one_of(
    st.integers(1, 150).map(str),
    st.builds(lambda number, letter: f"{number}{letter}", st.integers(1, 150), st.sampled_from("abcdđ")),
    st.sampled_from(["Phụ lục I", "Phụ lục II", "Phụ lục IIa", "Phụ lục VII"]),
)
_CLAUSES = st.one_of(st.integers(1, 60).map(str), st.sampled_from(["1a", "2b"]))
_POINTS = st.sampled_from("abcdđeghiklmnopqrstuvxy")


@given(
    number=st.sampled_from(sorted(one.number for one in INSTRUMENTS)),
    article=_ARTICLES,
    clause=st.none() | _CLAUSES,
    point=st.none() | _POINTS,
    language=st.sampled_from(LANGUAGES),
)
def test_what_is_written_is_read_as_the_same(
    number: str, article: str, clause: str | None, point: str | None, language: Language
) -> None:
    cited = Citation(instrument=number, article=article, clause=clause, point=point)
    (found,) = CITATIONS.find(written(number, cited, language, INSTRUMENTS))
    assert found.is_resolved
    assert (found.instrument, found.article, found.clause, found.point) == (number, article, clause, point)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_instrument_is_read_from_its_name(language: Language) -> None:
    names = {one.number: INSTRUMENTS.name(one.number, language) for one in INSTRUMENTS}
    read = {number: [found.instrument for found in CITATIONS.find(name)] for number, name in names.items()}
    assert {number: found for number, found in read.items() if found != [number]} == {}


@given(st.text(alphabet="Điều khoản điểm Luật số a1/()-,. 2014QH", max_size=80) | st.text(max_size=40))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    for found in CITATIONS.find(text):
        assert found.text == text[found.start : found.end]
        assert found.is_resolved == (found.instrument in INSTRUMENTS)


def test_every_short_name_is_of_a_listed_instrument_and_said_once() -> None:
    names = read_short_names(LAW / "names.yml")
    assert [number for name in names for number in name.instruments if number not in INSTRUMENTS] == []
    said = [words.lower() for name in names for words in (*name.vi, *name.en)]
    assert sorted(said) == sorted(set(said))
    assert [words for name in names for words in (*name.vi, *name.en) if not words[0].isupper()] == []


def test_a_name_is_read_with_every_instrument_that_bears_it() -> None:
    for name in read_short_names(LAW / "names.yml"):
        for words in (*name.vi, *name.en):
            (found,) = CITATIONS.find(words)
            meant = found.candidates or (found.instrument,)
            assert meant == tuple(name.instruments), words
