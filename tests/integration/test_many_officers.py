"""Officers in several processes claim at once, on both databases: each case has one holder, and all get a share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.cases import claims
from evaluation.cases.postgresql import own_postgresql

pytestmark = pytest.mark.thorough


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.sqlite'}"
        return
    with own_postgresql() as url:
        yield url


def test_twenty_officers_claim_a_hundred_cases_at_once_and_each_case_has_one_holder(database: str) -> None:
    done = claims.measure(database, officers=20, cases=100, processes=4)

    assert done.claimed_once == 100
    assert (done.fewest_of_an_officer, done.most_of_an_officer) == (5, 5)
    assert done.lost_races > 0
