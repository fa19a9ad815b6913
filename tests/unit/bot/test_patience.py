"""Trying again: longer and longer, and logged once a change."""

from __future__ import annotations

import logging

import pytest

from bot.patience import Patience, until_done, where


def test_waits_grow_and_stop_growing() -> None:
    patience = Patience("x", first=1.0, longest=8.0)
    waits = [patience.failed(ValueError()) for _ in range(10)]
    assert 0.5 <= waits[0] <= 1.0
    assert all(4.0 <= wait <= 8.0 for wait in waits[3:])


def test_only_changes_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    patience = Patience("fetching")
    patience.worked()
    for error in (ValueError(), ValueError(), KeyError(), KeyError()):
        patience.failed(error)
    patience.worked()
    patience.worked()
    assert [record.getMessage() for record in caplog.records] == [
        "fetching fails (ValueError) and is tried again",
        "fetching fails (KeyError) and is tried again",
        "fetching works again (failures in between: 4)",
    ]


async def test_until_done_tries_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patience, "failed", lambda *_: 0.0)
    tries: list[int] = []

    async def act() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError

    await until_done("x", act, OSError)
    assert len(tries) == 3


def test_where_names_the_lines_but_not_the_message() -> None:
    try:
        raise ValueError("what a person wrote")
    except ValueError as error:
        found = where(error)
    assert found.startswith("ValueError at test_patience.py:")
    assert "person" not in found
