"""Plots: honest axes, gaps that stay gaps, words for whoever does not see them, nothing that a strict page forbids."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.plots.bars import Bar, Bars
from desk.plots.drawing import NARROW, WIDE, Frame, Kind, Look, Plot, fitted, ticks_up_to
from desk.plots.points import Point, Points
from desk.plots.shares import Part, Shares, Whole
from desk.plots.timeline import Series, Timeline

FRAME = Frame("plot-x", "Câu hỏi <theo> kênh & ngày", "Nhiều nhất: Telegram.")
LONG = "Kho ngoại quan, quá cảnh, tạm nhập, tái xuất, gia công và sản xuất xuất khẩu của doanh nghiệp chế xuất"


def written(value: float) -> str:
    return f"{value:g}"


def bars(*values: float | None, highest: float | None = None) -> Bars:
    return Bars(FRAME, [Bar(LONG, value, "không có" if value is None else written(value)) for value in values], highest)


def line_of(*values: float | None, whole: bool = True) -> Timeline:
    steps = [f"{place}/11" for place in range(1, len(values) + 1)]
    return Timeline(FRAME, steps, [whole] * len(values), [Series("Câu hỏi", values)], written)


KINDS: list[Kind] = [
    bars(10, 5, None),
    line_of(1, 2, None, 4),
    Timeline(FRAME, ["a"], [True], [Series("x", [0.0]), Series("y", [None])], written),
    Shares(
        FRAME,
        [Part("1 sao", Look(2, "dots")), Part("2 sao", Look(1))],
        [Whole(LONG, [3, 1], "4"), Whole("x", [0, 0], "0")],
        written,
    ),
    Points(
        FRAME,
        [Point(LONG, 3.0, "3", 2.5, 3.5), Point("ít", 4.0, "4"), Point("không", None, "–")],
        [1, 2, 3, 4, 5],
        written,
    ),
]


def drawn(kind: Kind, width: int = WIDE) -> ElementTree.Element:
    return ElementTree.fromstring(kind.draw(width))


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if name in each.get("class", "").split()]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_plot_has_a_name_a_description_and_no_style_or_script(kind: Kind, width: int) -> None:
    root = drawn(kind, width)
    ids = {each.get("id"): each for each in root.iter() if each.get("id")}
    assert root.get("role") == "img"
    assert ids[root.get("aria-labelledby")].text == FRAME.title
    assert ids[root.get("aria-describedby")].text == FRAME.summary
    for each in root.iter():
        assert each.tag not in ("style", "script", "image", "a", "foreignObject")
        assert not [name for name in each.attrib if name == "style" or name.startswith("on") or "href" in name]
    for link in re.findall(r"url\(([^)]+)\)", kind.draw(width)):
        assert link.removeprefix("#") in ids


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_drawn_beside_the_plot(kind: Kind, width: int) -> None:
    root = drawn(kind, width)
    _, _, right, bottom = map(float, root.get("viewBox", "").split())
    for each in root.iter():
        for name, limit in (("x", right), ("x1", right), ("x2", right), ("cx", right), ("y", bottom), ("y2", bottom)):
            if each.get(name) is not None and each.tag != "rect":
                assert -0.1 <= float(each.get(name, "")) <= limit + 0.1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_both_widths_have_ids_of_their_own(kind: Kind) -> None:
    plot = Plot.of(kind)
    wide, narrow = (set(re.findall(r' id="([^"]+)"', svg)) for svg in (plot.wide, plot.narrow))
    assert wide & narrow <= {each for each in wide if "stripes" in each}
    assert FRAME.title not in plot.wide  # the sign < is escaped
    assert "&lt;theo&gt;" in plot.wide


def test_bars_are_as_long_as_their_values_from_a_line_at_zero() -> None:
    root = drawn(bars(10, 5))
    first, second = of_class(root, "fill")
    (zero,) = of_class(root, "axis")
    assert float(first.get("width", "")) == pytest.approx(2 * float(second.get("width", "")), abs=0.2)
    assert first.get("x") == second.get("x") == zero.get("x1")


def test_a_bar_without_a_value_has_words_and_no_length() -> None:
    root = drawn(bars(10, None))
    assert len(of_class(root, "fill")) == 1
    assert [each.text for each in of_class(root, "quiet")] == ["không có"]


def test_what_is_not_known_is_a_gap_in_the_line() -> None:
    paths = of_class(drawn(line_of(1, 2, None, 4, 5)), "line")
    assert len(paths) == 2
    assert all(path.get("d", "").count("L") == 1 for path in paths)


def test_zero_is_drawn_and_is_no_gap() -> None:
    (path,) = of_class(drawn(line_of(1, 0, 1)), "line")
    assert path.get("d", "").count("L") == 2


def test_a_step_that_is_not_whole_is_hollow() -> None:
    assert len(of_class(drawn(line_of(1, 2, whole=False)), "hollow")) == 2
    assert of_class(drawn(line_of(1, 2)), "hollow") == []


def test_series_are_told_apart_without_colours() -> None:
    both = Timeline(FRAME, ["a", "b"], [True, True], [Series("x", [1, 2]), Series("y", [2, 1])], written)
    dashes = {each.get("class") for each in of_class(drawn(both), "line")}
    marks = {each.tag for each in of_class(drawn(both), "mark")}
    assert len(dashes) == len(marks) == 2


def test_parts_fill_the_whole() -> None:
    shares = Shares(FRAME, [Part("a", Look(1)), Part("b", Look(2))], [Whole("x", [3, 1], "4")], written)
    pieces = [each for each in of_class(drawn(shares), "fill") if each.get("height") == "26"]
    lengths = [float(each.get("width", "")) + 2 for each in pieces]
    assert lengths == pytest.approx([WIDE * 3 / 4, WIDE / 4], abs=0.2)


def test_a_point_of_too_few_has_no_interval() -> None:
    root = drawn(Points(FRAME, [Point("ít", 4.0, "4")], [1, 2, 3, 4, 5], written))
    assert of_class(root, "interval") == []
    assert len(of_class(root, "hollow")) == 1


@given(st.just(0.0) | st.floats(1e-6, 1e9))
def test_ticks_are_round_begin_at_zero_and_reach_over_the_highest(highest: float) -> None:
    ticks = ticks_up_to(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-9)
    assert len(ticks) <= 6
    if highest > 1:
        assert all(tick == round(tick) for tick in ticks)


@pytest.mark.parametrize("lines", [1, 2])
def test_long_words_are_wrapped_and_then_cut(lines: int) -> None:
    found = fitted(LONG, 160, lines)
    assert len(found) == lines
    assert found[-1].endswith("…")
    assert fitted("Thuế", 160, lines) == ["Thuế"]


def test_a_word_without_spaces_is_cut_too() -> None:
    assert all(len(row) <= 22 for row in fitted("x" * 200, 160, 2))
