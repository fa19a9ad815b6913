"""What a public report leaves out: no small number is shown, and none that is left out follows from what is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from desk.reports.month.withholding import SMALLEST, Sum, withheld

small = st.integers(0, 30)


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, int], list[Sum], frozenset[str]]:
    """A total that is taken apart in two ways, and some of its parts again; some entries are unlisted."""
    cells: dict[str, int] = {}
    topics_of = draw(st.lists(st.lists(small, max_size=4), min_size=1, max_size=4))
    sums: list[Sum] = []
    for place, inner in enumerate(topics_of):
        name = f"topic.{place}"
        if inner:
            for at, count in enumerate(inner):
                cells[f"entry.{place}.{at}"] = count
            cells[name] = sum(inner)
            sums.append(Sum(name, tuple(f"entry.{place}.{at}" for at in range(len(inner)))))
        else:
            cells[name] = draw(small)
    topics = tuple(name for name in cells if name.startswith("topic."))
    total = sum(cells[name] for name in topics)
    cells["asked"] = total
    sums.append(Sum("asked", topics))
    first = draw(st.integers(0, total))
    second = draw(st.integers(0, total - first))
    cells |= {"way.a": first, "way.b": second, "way.c": total - first - second}
    sums.append(Sum("asked", ("way.a", "way.b", "way.c")))
    entries = [name for name in cells if name.startswith("entry.")]
    unlisted = frozenset(draw(st.lists(st.sampled_from(entries), unique=True))) if entries else frozenset()
    return cells, sums, unlisted


def could_be(cells: dict[str, int], sums: Sequence[Sum], gone: frozenset[str], name: str) -> tuple[float, float]:
    """The least and the most that a cell can be for whoever knows what is shown, all sums, and that none is below 0."""
    names = sorted(gone)
    equations, values = [], []
    for each in sums:
        row, value = np.zeros(len(names)), 0.0
        for cell, sign in ((each.total, -1), *((part, 1) for part in each.parts)):
            if cell in gone:
                row[names.index(cell)] = sign
            else:
                value -= sign * cells[cell]
        equations.append(row)
        values.append(value)
    aim = np.zeros(len(names))
    aim[names.index(name)] = 1
    ends = []
    for way in (1, -1):
        solved = linprog(way * aim, A_eq=np.array(equations), b_eq=np.array(values), bounds=(0, 1000))
        assert solved.status == 0, solved.message
        ends.append(way * solved.fun)
    return ends[0], ends[1]


@given(trees())
def test_no_number_that_is_left_out_can_be_computed(made: tuple[dict[str, int], list[Sum], frozenset[str]]) -> None:
    cells, sums, unlisted = made
    gone = withheld(cells, sums, unlisted=unlisted, rests=["way.c"])
    secret = {name for name, count in cells.items() if count < SMALLEST and (count or name != "way.c")}
    assert unlisted | secret <= gone
    for name in secret | (gone - unlisted):
        least, most = could_be(cells, sums, gone, name)
        assert most - least >= 1 - 1e-6, (name, cells, gone)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((40, 30, 20), {"a", "b", "c", "all"}),
        ((40, 30, 3), {"a", "all"}),  # alone, c would be 73 - 70
        ((40, 4, 4), {"all"}),  # 4 and 4 are 8: too little to hide in
        ((40, 2), {"all"}),
        ((3, 2), set()),
        ((12,), {"a", "all"}),
        ((3,), set()),
    ],
)
def test_the_smallest_others_are_left_out_with_a_small_number(parts: tuple[int, ...], shown: set[str]) -> None:
    cells = dict(zip("abc", parts, strict=False)) | {"all": sum(parts)}
    gone = withheld(cells, [Sum("all", tuple("abc"[: len(parts)]))])
    assert set(cells) - gone == shown


def test_a_total_that_its_own_sum_gives_away_is_left_out_with_enough_of_its_parts() -> None:
    cells = {"all": 12, "x": 12, "y": 0, "x.1": 7, "x.2": 5, "x.3": 0}
    gone = withheld(cells, [Sum("all", ("x", "y")), Sum("x", ("x.1", "x.2", "x.3"))])
    assert {"x", "y", "x.3", "x.2", "x.1"} <= gone


def test_that_nothing_remains_of_a_total_is_no_secret() -> None:
    cells = {"cases": 76, "judged": 76, "unjudged": 0}
    parts = [Sum("cases", ("judged", "unjudged"))]
    assert withheld(cells, parts, rests=["unjudged"]) == frozenset()
    assert withheld(cells, parts) == {"unjudged", "judged"}


def test_what_is_only_too_far_down_a_list_may_follow_unless_it_is_small() -> None:
    parts = [Sum("all", ("a", "b"))]
    assert withheld({"all": 50, "a": 30, "b": 20}, parts, unlisted=["b"]) == {"b"}
    assert withheld({"all": 33, "a": 30, "b": 3}, parts, unlisted=["b"]) == {"a", "b"}
