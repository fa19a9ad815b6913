"""A peer in another process: one line of JSON for one, and one sentence when it dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from evaluation.peers.peer import Found, PeerFailed
from evaluation.peers.process import PeerProcess
from tests.knowledge_fixtures import records

#: Finds the entries whose texts have the question in them, the more often the better.
COUNTING = """
class Peer:
    def prepare(self, records, greeting):
        print(greeting)
        self.records = records
        return {"versions": {"counting": "1.0"}}

    def search(self, text, language, limit):
        found = [[record["id"], sum(text in one for one in record["passages"])] for record in self.records]
        found = sorted((one for one in found if one[1]), key=lambda one: -one[1])
        return {"found": found[:limit], "answers": language == "vi"}
"""


@contextmanager
def peer(folder: Path, code: str, python: str = sys.executable) -> Iterator[PeerProcess]:
    file = folder / "peer.py"
    file.write_text(code, encoding="utf-8")
    made = PeerProcess(
        "Counting",
        "It counts.",
        python=Path(python),
        file=file,
        order={"greeting": "xin chào"},
        environment={},
        log=folder / "log" / "peer.log",
    )
    with closing(made):
        yield made


def test_records_go_there_and_entries_come_back_best_first(tmp_path: Path) -> None:
    with peer(tmp_path, COUNTING) as one:
        assert one.prepare(records()) == {"counting": "1.0"}
        found = one.search("tờ khai", "vi", 2)
    assert found.ids == ["decl_time_import", "records_retention"]
    assert found.sure == found.entries[0][1] > found.entries[1][1]
    assert found.answers is True
    assert found.milliseconds > 0


def test_no_more_entries_than_asked_for(tmp_path: Path) -> None:
    with peer(tmp_path, COUNTING) as one:
        one.prepare(records())
        assert len(one.search("tờ khai", "vi", 1).entries) == 1
        nothing = one.search("tàu vũ trụ", "en", 5)
    assert (nothing.ids, nothing.sure, nothing.answers) == ([], float("-inf"), False)


def test_what_a_peer_prints_is_kept_and_disturbs_nothing(tmp_path: Path) -> None:
    with peer(tmp_path, COUNTING) as one:
        one.prepare(records())
    assert "xin chào" in (tmp_path / "log" / "peer.log").read_text(encoding="utf-8")


def test_a_peer_that_dies_while_it_is_set_up_is_one_sentence(tmp_path: Path) -> None:
    dying = COUNTING.replace("print(greeting)", "raise ValueError('no such model')")
    with peer(tmp_path, dying) as one, pytest.raises(PeerFailed, match=r"^Counting ended") as failed:
        one.prepare(records())
    assert str(failed.value) == "Counting ended with code 1: ValueError: no such model"


def test_a_peer_that_dies_at_a_question_is_one_sentence_and_stays_dead(tmp_path: Path) -> None:
    dying = COUNTING.replace('"answers": language == "vi"}', '"answers": quit(3)}')
    with peer(tmp_path, dying) as one:
        one.prepare(records())
        for _ in range(2):
            with pytest.raises(PeerFailed, match=r"^Counting ended with code 3: [^\n]+$"):
                one.search("tờ khai", "vi", 5)


def test_a_peer_without_a_python_is_one_sentence(tmp_path: Path) -> None:
    with (
        peer(tmp_path, COUNTING, python=str(tmp_path / "none")) as one,
        pytest.raises(PeerFailed, match=r"^Counting cannot be started: No such file or directory \(.*none\)\.$"),
    ):
        one.prepare(records())


def test_a_peer_that_is_silent_too_long_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.peers.process.PREPARING", 0.2)
    monkeypatch.setattr("evaluation.peers.process.ENDING", 0.2)
    sleeping = COUNTING.replace("print(greeting)", "import time; time.sleep(60)")
    with peer(tmp_path, sleeping) as one, pytest.raises(PeerFailed, match=r"^Counting did not answer within 0\.2 s"):
        one.prepare(records())


def test_a_peer_is_not_asked_before_it_is_set_up_or_after_its_end(tmp_path: Path) -> None:
    with peer(tmp_path, COUNTING) as one:
        with pytest.raises(PeerFailed, match=r"^Counting is not running\.$"):
            one.search("tờ khai", "vi", 5)
        one.prepare(records())
        one.close()
        one.close()
        with pytest.raises(PeerFailed, match=r"^Counting is not running\.$"):
            one.search("tờ khai", "vi", 5)


def test_what_was_found_knows_its_ids_and_how_sure_the_first_is() -> None:
    assert Found([("a", 0.4), ("b", 0.6)], 1.0).ids == ["a", "b"]
    assert Found([("a", 0.4), ("b", 0.6)], 1.0).sure == 0.4
