"""A comparison with peers made for the test, and the page that it becomes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from desk.guidance.record import GuidanceRecord, Language
from evaluation.peers.asked import asked
from evaluation.peers.compare import Measured, compare
from evaluation.peers.peer import Found, PeerFailed
from evaluation.peers.report import Report, Setting
from tests.evaluation_fixtures import SETS
from tests.knowledge_fixtures import records

SETTING = Setting(dt.date(2026, 11, 25), python="3.11.7", cores=2, records=4, passages=80)
ASKED = asked(SETS.golden, SETS.outside)


class FakePeer:
    """Finds the same entries whatever is asked; ``fails`` at that question, counted from 1."""

    set_up = "It was set up for a test."

    def __init__(self, name: str, finds: Sequence[str], answers: bool | None = None, fails: int = 0) -> None:
        self.name = name
        self.asked: list[str] = []
        self.closed = 0
        self._finds = finds
        self._answers = answers
        self._fails = fails

    def prepare(self, records: Sequence[GuidanceRecord]) -> Mapping[str, str]:
        return {self.name: f"{len(records)}.0"}

    def search(self, text: str, language: Language, limit: int) -> Found:
        self.asked.append(text)
        if len(self.asked) == self._fails:
            raise PeerFailed(f"{self.name} ended with code 1: it is dead")
        found = [(id, 1 / place) for place, id in enumerate(self._finds[:limit], start=1)]
        return Found(found, 4.0, self._answers)

    def close(self) -> None:
        self.closed += 1


def measured(*peers: FakePeer) -> list[Measured]:
    return compare(peers, records(), ASKED, lambda sentence: None)


@pytest.fixture
def report() -> Report:
    desk = FakePeer("the desk", ["dossier_import", "channels"], answers=True)
    setups = FakePeer("first set-up", ["channels"]), FakePeer("second set-up", ["dossier_import"])
    ours, rasa, *bm25 = measured(desk, FakePeer("Rasa", ["channels"], answers=False), *setups)
    return Report.of(SETTING, ASKED, ours, [[rasa], bm25])


def test_every_peer_is_asked_every_question_in_the_same_order_and_closed() -> None:
    peers = FakePeer("one", ["a"]), FakePeer("two", ["b"])
    kept = measured(*peers)
    assert peers[0].asked == peers[1].asked
    assert peers[0].asked[-len(ASKED) :] == [one.text for one in ASKED]
    assert [len(one.found) for one in kept] == [len(ASKED), len(ASKED)]
    assert [peer.closed for peer in peers] == [1, 1]
    assert kept[1].versions == {"two": "4.0"}


def test_a_comparison_without_one_of_its_peers_is_none_and_the_others_are_closed() -> None:
    peers = FakePeer("one", ["a"]), FakePeer("two", ["b"], fails=6)
    with pytest.raises(PeerFailed, match=r"^two ended with code 1: it is dead$"):
        measured(*peers)
    assert [peer.closed for peer in peers] == [1, 1]


def test_the_page_has_each_peer_beside_the_desk(report: Report) -> None:
    lines = report.as_page().splitlines()
    assert "| the desk | " + " | ".join(["1.000 (1.000 to 1.000)"] * 5) + " |" in lines
    assert "| Rasa | " + " | ".join(["-1.000 (-1.000 to -1.000)"] * 5) + " |" in lines
    assert "| Rasa | 1.00 |" in lines


def test_the_page_says_who_answers_questions_from_outside(report: Report) -> None:
    rows = [line for line in report.as_page().splitlines() if line.startswith("|") and " of 2 |" in line]
    assert rows[:3] == [
        "| the desk | own rule | 1.000 | 1.000 | 2 of 2 |",
        "| Rasa | own rule | 0.000 | - | 0 of 2 |",
        "| Rasa | as many as the desk | 1.000 | 0.000 | 2 of 2 |",
    ]


def test_of_two_set_ups_of_a_library_the_better_is_in_the_tables_and_the_other_is_named(report: Report) -> None:
    page = report.as_page()
    assert "| first set-up |" not in page
    assert "Not in the tables: **first set-up**, which did worse" in page


def test_the_page_says_when_and_with_what_it_was_made(report: Report) -> None:
    page = report.as_page()
    assert "Written by `make peers` on 2026-11-25" in page
    assert "**Rasa** (Rasa 4.0). It was set up for a test." in page
    assert "4 records, 80 passages" in page


def test_tables_are_whole(report: Report) -> None:
    tables = report.as_page().split("\n\n")
    for table in (block.splitlines() for block in tables if block.startswith("|")):
        assert len({line.count("|") for line in table}) == 1, table
        assert len(table) > 2, table


def test_page_and_data_are_written(report: Report, tmp_path: Path) -> None:
    page, data = tmp_path / "docs" / "peers.md", tmp_path / "reports" / "peers.json"
    report.write(page, data)
    assert page.read_text(encoding="utf-8") == report.as_page()
    written = json.loads(data.read_text(encoding="utf-8"))
    assert [peer["name"] for peer in written["peers"]][:2] == ["the desk", "Rasa"]
    assert [peer["shown"] for peer in written["peers"]] == [True, True, False, True]
    assert written["questions"] == dict.fromkeys(("accented", "unaccented", "telex", "mixed", "english"), 1) | {
        "outside": 2
    }
