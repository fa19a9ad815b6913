"""Identifiers that leave the desk."""

from __future__ import annotations

import re
import secrets

import pytest

from desk.ids import new_id


def test_an_identifier_is_no_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["-" + "a" * 21, "_-" + "b" * 20])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(drawn))
    assert new_id() == "_-" + "b" * 20


def test_identifiers_are_short_and_all_different() -> None:
    made = {new_id() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", one) for one in made)
