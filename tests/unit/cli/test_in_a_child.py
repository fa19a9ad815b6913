"""What is done in a child comes back by its answer, its exit code and what it says, and leaves nothing behind."""

from __future__ import annotations

import os

import pytest
import typer

from bootstrap.settings import BadSetting
from cli.apart import in_a_child


def test_the_answer_comes_back_from_another_process() -> None:
    assert in_a_child(lambda: f"from {os.getppid()}") == f"from {os.getpid()}"
    assert in_a_child(lambda: None) is None


def test_what_a_child_holds_is_gone_with_it() -> None:
    held: list[int] = []
    in_a_child(lambda: held.append(1) or "")  # type: ignore[func-returns-value]
    assert held == []


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BadSetting("HOST cannot be used."), 2, "HOST cannot be used.\n"),
        (typer.Exit(3), 3, ""),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_refusal_ends_the_command_as_it_would_here(
    error: BaseException, code: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> str:
        raise error

    with pytest.raises(typer.Exit) as ended:
        in_a_child(refuse)
    assert ended.value.exit_code == code
    assert capfd.readouterr().err == said


def test_what_nobody_foresaw_is_shown_with_its_place(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        in_a_child(lambda: str(1 // 0))
    assert ended.value.exit_code == 1
    assert "ZeroDivisionError" in capfd.readouterr().err
