"""A search that was begun ahead is the one that is asked for, once, and not when it has become old."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from desk.answering.ahead import FRESH_FOR, KEPT, SearchAhead
from desk.guidance.record import Language
from desk.ports import SearchResult, SearchUnavailable

DAY = dt.date(2026, 7, 1)


class Counting:
    """Answers with how often it was asked; where ``away`` not at all."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False
        self.may_answer = threading.Event()
        self.may_answer.set()

    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        self.asked.append(text)
        number = len(self.asked)
        assert self.may_answer.wait(5)
        if self.away:
            raise SearchUnavailable("away")
        return SearchResult(number, [], {}, [])


@pytest.fixture
def search() -> Counting:
    return Counting()


def test_what_was_begun_is_not_searched_again_and_serves_once(search: Counting) -> None:
    ahead = SearchAhead(search)
    ahead.begin("một", "vi", 5, DAY)
    assert [ahead.search("một", "vi", 5, DAY).publication_no for _ in range(2)] == [1, 2]
    assert search.asked == ["một", "một"]


def test_beginning_does_not_wait_and_asking_does(search: Counting) -> None:
    ahead = SearchAhead(search)
    search.may_answer.clear()
    ahead.begin("một", "vi", 5, DAY)
    threading.Timer(0.05, search.may_answer.set).start()
    assert ahead.search("một", "vi", 5, DAY).publication_no == 1


@pytest.mark.parametrize("other", [("hai", "vi", 5, DAY), ("một", "en", 5, DAY), ("một", "vi", 5, None)])
def test_another_question_is_searched_by_itself(search: Counting, other: tuple[str, Language, int, dt.date]) -> None:
    ahead = SearchAhead(search)
    ahead.begin("một", "vi", 5, DAY)
    ahead.search(*other)
    ahead.search("một", "vi", 5, DAY)
    assert len(search.asked) == 2


def test_what_was_found_long_ago_is_searched_anew(search: Counting) -> None:
    now = [0.0]
    ahead = SearchAhead(search, lambda: now[0])
    ahead.begin("một", "vi", 5, DAY)
    ((_, begun),) = ahead._begun.values()
    begun.result()
    now[0] = FRESH_FOR
    assert ahead.search("một", "vi", 5, DAY).publication_no == 2


def test_a_search_that_failed_ahead_has_failed(search: Counting) -> None:
    ahead = SearchAhead(search)
    search.away = True
    ahead.begin("một", "vi", 5, DAY)
    with pytest.raises(SearchUnavailable):
        ahead.search("một", "vi", 5, DAY)


def test_what_nobody_asks_for_is_not_kept_for_ever(search: Counting) -> None:
    ahead = SearchAhead(search)
    for number in range(2 * KEPT):
        ahead.begin(str(number), "vi", 5, DAY)
    assert len(ahead._begun) == KEPT
