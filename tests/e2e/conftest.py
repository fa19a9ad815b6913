"""One running desk for all end-to-end tests that need every process."""

from collections.abc import Iterator

import pytest

from tests.e2e.running_desk import RunningDesk, new_person, running_desk


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def lan() -> int:
    """An enterprise's Telegram chat that no other test has used."""
    return new_person()
