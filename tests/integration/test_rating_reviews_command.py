"""`customs ratings`: reviews of low ratings, remarks and the ratings received, from a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import main as command
from cli import rating_reviews, ratings_received
from cli.terminal import out
from clock.due import tell_of_reviews
from tests.desk_fixtures import Chatter, World
from tests.rating_review_fixtures import WORDS, add_small_tree, rated

Customs = Callable[..., Result]
FOUND = ("--verdict", "confirmed", "--cause", "slow", "--why", "Chờ hai ngày.", "--action", "Đã phân công lại.")


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command over the tests' desk, in a small tree of units."""
    add_small_tree(world)
    for module in (rating_reviews, ratings_received):
        monkeypatch.setattr(module, "desk_and_settings", lambda: (world.desk, None))
    monkeypatch.setattr(out, "width", 300)
    return lambda *words: CliRunner().invoke(command.app, ["ratings", *words])


def test_a_review_from_the_list_to_the_words_that_arrive(customs: Customs, world: World, lan: Chatter) -> None:
    rated(world, lan, 1, comment="chờ lâu quá")
    tell_of_reviews(world.desk)
    assert all(part in customs("reviews").stdout for part in ("2026-00001", "CATLAI", "hanh", "2026-12-01 17:00"))
    assert "2026-00001" not in customs("reviews", "--overdue").stdout
    assert "2026-00001" not in customs("reviews", "--unit", "KV03").stdout
    assert "is kept" in customs("remark", "2026-00001", "Chờ giám định.", "--as", "thu").stdout
    shown = customs("review", "1").stdout
    assert all(part in shown for part in ("comment: chờ lâu quá", "remark of thu: Chờ giám định.", "Thu 100% CATLAI"))
    assert "Review 1: open" in customs("look-into", "1", "--as", "hanh", *FOUND).stdout
    worded = customs("word", "1", WORDS, "--as", "hanh").stdout
    assert WORDS in worded
    sign = re.search(r"--send ([0-9a-f]+)", worded)
    assert sign is not None
    assert "has just changed" in customs("settle", "1", "--as", "hanh", "--send", "0").stderr
    assert "Review 1: told" in customs("settle", "1", "--as", "hanh", "--send", sign[1]).stdout
    assert WORDS in lan.read()[-1].text
    assert "2026-00001" in customs("reviews", "--settled").stdout
    assert "settled already" in customs("settle", "1", "--as", "hanh", "--untold", "x").stderr


def test_what_cannot_be_done_ends_with_a_sentence(customs: Customs, world: World, lan: Chatter) -> None:
    rated(world, lan, 2)
    for words, said in (
        (("review", "7"), "There is no review 7"),
        (("settle", "1", "--as", "hanh"), "Say one of"),
        (("settle", "1", "--as", "hanh", "--raised"), "still low"),
        (("settle", "1", "--as", "thu", "--untold", "x"), "had a part"),
        (("reviews", "--open", "--overdue"), "Choose one"),
        (("remark", "2026-00001", "x", "--as", "nam"), "no part"),
        (("received", "--mark", "moon"), "--mark 'moon' is not known"),
        (("received", "--format", "xlsx"), "--output"),
    ):
        refused = customs(*words)
        assert (refused.exit_code, said in refused.stderr) == (2, True), words
    assert "untold" in customs("settle", "1", "--as", "hanh", "--untold", "Bấm thử.").stdout


def test_ratings_received_are_printed_and_written(customs: Customs, world: World, lan: Chatter, tmp_path: Path) -> None:
    rated(world, lan, 2, comment="=1+1 chậm")
    assert "2026-00001" in customs("received").stdout
    assert "2026-00001" not in customs("received", "--stars", "5").stdout
    (row,) = json.loads(customs("received", "--format", "json", "--unit", "CATLAI", "--from", "2026-11-23").stdout)
    assert (row["case"], row["stars"], row["review"]) == ("2026-00001", 2, "Under review")
    written = customs("received", "--format", "csv", "--language", "vi", "--output", str(tmp_path / "r.csv"))
    assert written.exit_code == 0
    content = (tmp_path / "r.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=1+1 chậm" in content.decode()
    assert customs("received", "--format", "xlsx", "--output", str(tmp_path / "r.xlsx")).exit_code == 0
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")
