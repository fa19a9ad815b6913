"""The figures of a comparison: ranks, differences in pairs, ratios of times, and what is answered from outside."""

from __future__ import annotations

import pytest

from evaluation.peers.asked import ENGLISH, OUTSIDE, Asked, asked
from evaluation.peers.figures import figures, overall
from evaluation.peers.peer import Found
from tests.evaluation_fixtures import SETS

ASKED = [
    Asked("accented", "vi", "một", "a"),
    Asked("accented", "vi", "hai", "b"),
    Asked("unaccented", "vi", "mot", "a"),
    Asked(ENGLISH, "en", "one", "a"),
    Asked(ENGLISH, "en", "two", "b"),
    Asked(OUTSIDE, "vi", "phở", None),
    Asked(OUTSIDE, "en", "soup", None),
]


def found(ids: str, sure: float = 1.0, milliseconds: float = 10.0, answers: bool | None = None) -> Found:
    return Found([(id, sure / place) for place, id in enumerate(ids, start=1)], milliseconds, answers)


DESK = [
    found("ab", 0.9, answers=True),
    found("ba", 0.8, answers=True),
    found("ab", 0.7, answers=True),
    found("ab", 0.9, answers=True),
    found("ab", 0.2, answers=False),
    found("a", 0.1, answers=False),
    found("", answers=False),
]
PEER = [
    found("ab", 7, 20),
    found("ab", 5, 30),
    found("", 0, 5),
    found("ba", 6, 40),
    found("ba", 3, 20),
    found("a", 5.5, 10),
    found("b", 1, 20),
]


def test_questions_are_asked_in_five_ways_and_those_from_outside_as_they_are_written() -> None:
    assert [(one.way, one.text) for one in asked(SETS.golden, SETS.outside)] == [
        ("accented", "hồ sơ nhập khẩu"),
        ("unaccented", "ho so nhap khau"),
        ("telex", "hoof sow nhaapj khaaur"),
        ("mixed", asked(SETS.golden, [])[3].text),
        (ENGLISH, "papers for imports"),
        (OUTSIDE, "nấu phở"),
        (OUTSIDE, "cook soup"),
    ]


def test_ranks_are_counted_by_way_of_typing() -> None:
    ways = figures(ASKED, PEER, DESK)["ways"]
    assert list(ways) == ["accented", "unaccented", ENGLISH]
    assert ways["accented"]["questions"] == 2
    assert ways["accented"]["hit@1"]["mean"] == 0.5
    assert ways["accented"]["hit@5"]["mean"] == 1
    assert ways["accented"]["mrr@10"]["mean"] == 0.75
    assert ways["unaccented"]["hit@5"]["mean"] == 0


def test_differences_are_the_peers_less_the_desks() -> None:
    ways = figures(ASKED, PEER, DESK)["ways"]
    assert ways["accented"]["less_desk"]["hit@1"]["mean"] == -0.5
    assert ways["unaccented"]["less_desk"]["hit@1"] == {"mean": -1, "low": -1, "high": -1}
    assert figures(ASKED, DESK, DESK)["ways"]["accented"]["less_desk"]["mrr@10"] == {"mean": 0, "low": 0, "high": 0}


def test_times_are_ratios_question_by_question() -> None:
    assert figures(ASKED, PEER, DESK)["milliseconds"] == {"p50": 20, "times_desk": 2}
    assert figures(ASKED, DESK, DESK)["milliseconds"]["times_desk"] == 1


def test_the_desk_answers_by_its_own_rule() -> None:
    assert figures(ASKED, DESK, DESK)["answers"]["own_rule"] == {
        "golden": 4,
        "golden_answered": 3,
        "golden_right": 3,
        "outside": 2,
        "outside_answered": 0,
    }


def test_a_peer_without_a_rule_answers_as_many_golden_questions_as_the_desk() -> None:
    answers = figures(ASKED, PEER, DESK)["answers"]
    assert answers["own_rule"] is None
    # Of 7, 6, 5 and 3 the first three; 5.5 from outside is among them.
    assert answers["as_many_as_the_desk"] == {
        "golden": 4,
        "golden_answered": 3,
        "golden_right": 1,
        "outside": 2,
        "outside_answered": 1,
    }


def test_scores_that_are_the_same_are_answered_together() -> None:
    level = [found("a", 1.0) for _ in ASKED]
    assert figures(ASKED, level, DESK)["answers"]["as_many_as_the_desk"]["golden_answered"] == 4


@pytest.mark.parametrize("others", [[found("") for _ in ASKED], PEER])
def test_where_the_desk_answers_nothing_or_a_peer_finds_nothing_nothing_is_answered(others: list[Found]) -> None:
    silent = [one._replace(answers=False) for one in DESK]
    desk = silent if others is PEER else DESK
    answers = figures(ASKED, others, desk)["answers"]["as_many_as_the_desk"]
    assert (answers["golden_answered"], answers["outside_answered"]) == (0, 0)


def test_set_ups_of_one_library_are_told_apart_by_the_mean_over_the_ways() -> None:
    assert overall(figures(ASKED, PEER, DESK)) == pytest.approx((0.5 + 0 + 0.5) / 3)
