"""What keeps an instrument from being entered, and what is only worth a second look."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import Any

import pytest

from desk.law.checking import Checked, check
from desk.law.instruments import Instrument, Instruments
from desk.law.listing import Wanted, listed, page_of
from desk.paging import BadCursor
from tests.desk_fixtures import CONTENT

NUMBER = attrgetter("number")
SHIPPED = Instruments.read(CONTENT / "law" / "instruments.yml")


def written(**changes: Any) -> dict[str, Any]:
    """A decree as a curator would write it."""
    return {
        "number": "999/2026/NĐ-CP",
        "kind": "decree",
        "title": {"vi": "Nghị định thử", "en": "Trial decree"},
        "issued": "2026-05-15",
        "in_force": {"from": "2026-07-01", "to": None},
        "changes": [{"instrument": "128/2020/NĐ-CP", "how": "amends", "articles": ["5", "7a"]}],
        "sources": ["Công báo"],
        **changes,
    }


def problems(checked: Checked) -> list[tuple[str, str]]:
    return [(each.path, each.text.rpartition(".")[2]) for each in checked.problems]


def warnings(checked: Checked) -> list[tuple[str, str]]:
    return [(each.path, each.text.rpartition(".")[2]) for each in checked.warnings]


def change(number: str, how: str = "replaces", **more: Any) -> list[dict[str, Any]]:
    return [{"instrument": number, "how": how, **more}]


def test_what_is_complete_and_known_is_right() -> None:
    checked = check(written(), SHIPPED)
    assert (checked.problems, checked.warnings) == ((), ())
    assert checked.instrument is not None


def test_nothing_that_ships_has_a_problem() -> None:
    found = {one.number: problems(check(one.as_json(), SHIPPED)) for one in SHIPPED}
    assert {number: each for number, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": {"vi": "Nghị định thử", "en": ""}}, [("title-en", "missing")]),
        ({"sources": []}, [("sources", "too_few")]),
        ({"issued": "ngày 15"}, [("issued", "not_a_date")]),
        ({"kind": "circular"}, [("kind", "kind")]),
        ({"number": "hai từ"}, [("number", "number")]),
        ({"in_force": {"from": "2026-05-14", "to": None}}, [("in_force-from", "before_issued")]),
        ({"in_force": {"from": "2026-07-01", "to": "2026-06-30"}}, [("in_force-to", "ends_before_it_begins")]),
        ({"changes": change("1/1999/NĐ-CP")}, [("changes-0-instrument", "unknown")]),
        ({"changes": change("999/2026/NĐ-CP")}, [("changes-0-instrument", "changes_itself")]),
        ({"changes": change("128/2020/NĐ-CP", **{"from": "2026-01-01"})}, [("changes-0-from", "before_issued")]),
        ({"changes": change("128/2020/NĐ-CP", articles=["Điều 5"])}, [("changes-0-articles", "article")]),
        ({"consolidates": ["1/1999/NĐ-CP"]}, [("consolidates-0", "unknown")]),
        ({"consolidates": ["999/2026/NĐ-CP"]}, [("consolidates-0", "consolidates_itself")]),
    ],
)
def test_what_is_wrong_is_told_with_its_field(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert problems(check(written(**changes), SHIPPED)) == found


def test_a_circle_of_replacement_is_refused_over_any_number_of_steps() -> None:
    first = Instrument.model_validate(written(number="997/2026/NĐ-CP", changes=[]))
    second = Instrument.model_validate(written(number="998/2026/NĐ-CP", changes=change("997/2026/NĐ-CP")))
    third = written(number="999/2026/NĐ-CP", changes=change("998/2026/NĐ-CP"))
    known = Instruments([first, second, Instrument.model_validate(third)])
    closing = written(number="997/2026/NĐ-CP", changes=change("999/2026/NĐ-CP"))
    assert problems(check(closing, known)) == [("changes-0-instrument", "circle")]
    assert problems(check(closing | {"changes": change("999/2026/NĐ-CP", "amends")}, known)) == []
    assert problems(check(closing | {"changes": change("999/2026/NĐ-CP", articles=["3"])}, known)) == []


def test_a_foreign_number_is_possible_with_a_warning() -> None:
    checked = check(written(number="EU-952/2013", kind="law"), SHIPPED)
    assert (problems(checked), warnings(checked)) == ([], [("number", "odd_number")])


def test_a_change_without_a_day_is_warned_about() -> None:
    checked = check(written(in_force={"from": None, "to": None}), SHIPPED)
    assert (problems(checked), warnings(checked)) == ([], [("changes-0-from", "no_day")])


class TestTheEndOfWhatIsReplaced:
    OLD = written(number="998/2026/NĐ-CP", issued=None, in_force={"from": "2020-01-01", "to": None}, changes=[])

    def known(self, **changes: Any) -> Instruments:
        new = written(changes=change("998/2026/NĐ-CP"))
        return Instruments([Instrument.model_validate(self.OLD | changes), Instrument.model_validate(new)])

    def test_it_ends_the_day_before_by_itself(self) -> None:
        known = self.known()
        assert known.last_day("998/2026/NĐ-CP") == dt.date(2026, 6, 30)
        states = [known.state_on("998/2026/NĐ-CP", dt.date(2026, *day)) for day in ((6, 30), (7, 1))]
        assert states == ["in_force", "ended"]

    def test_another_day_that_is_said_holds_and_is_warned_about(self) -> None:
        known = self.known(in_force={"from": "2020-01-01", "to": "2026-12-31"})
        assert known.last_day("998/2026/NĐ-CP") == dt.date(2026, 12, 31)
        checked = check(written(changes=change("998/2026/NĐ-CP")), known)
        assert (problems(checked), warnings(checked)) == ([], [("changes-0-from", "ends_otherwise")])

    def test_what_is_amended_or_replaced_in_part_has_no_end(self) -> None:
        for changes in (change("998/2026/NĐ-CP", "amends"), change("998/2026/NĐ-CP", articles=["3"])):
            old, new = Instrument.model_validate(self.OLD), Instrument.model_validate(written(changes=changes))
            assert Instruments([old, new]).last_day("998/2026/NĐ-CP") is None


class TestTheList:
    DAY = dt.date(2026, 11, 23)

    def numbers(self, **wanted: Any) -> list[str]:
        return [one.number for one in listed(SHIPPED, Wanted(**wanted), self.DAY)]

    def test_it_is_searched_by_number_and_title_with_and_without_marks(self) -> None:
        assert "54/2014/QH13" in self.numbers(words="luat hai quan")
        assert "54/2014/QH13" in self.numbers(words="Luật Hải quan")
        assert self.numbers(words="121/2025") == ["121/2025/TT-BTC"]
        assert self.numbers(words="hãi quan") == []

    def test_it_is_narrowed_by_kind_and_by_the_state_on_a_day(self) -> None:
        assert set(self.numbers(kind="ordinance")) == {"01/2026/UBTVQH16"}
        assert "11/2026/QH16" in self.numbers(state="not_yet")
        after = listed(SHIPPED, Wanted(state="not_yet"), dt.date(2027, 3, 1))
        assert "11/2026/QH16" not in [one.number for one in after]

    def test_pages_follow_one_another_and_lose_nothing(self) -> None:
        found = listed(SHIPPED, Wanted(), self.DAY)
        seen, page = [], page_of(found, NUMBER, limit=50)
        while True:
            seen += [one.number for one in page.rows]
            if page.after is None:
                break
            page = page_of(found, NUMBER, limit=50, after=page.after)
        assert seen == [one.number for one in found]
        back = page_of(found, NUMBER, limit=50, before=page.before)
        assert [one.number for one in back.rows] == seen[len(seen) - len(page.rows) - 50 : -len(page.rows)]

    def test_a_place_of_another_list_is_refused(self) -> None:
        with pytest.raises(BadCursor):
            page_of(listed(SHIPPED, Wanted(), self.DAY), NUMBER, limit=50, after="x")
