"""What is logged, as text and as JSON: ids of the work in hand, errors by kind, code and place, not their messages."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bootstrap.logs import LogFormat, set_up_logging, told
from bootstrap.settings import BadSetting
from desk.observing import about, note

WORDS = "zyxwv của công ty"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logging as it was before, for the tests that follow."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = list(root.handlers), root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_a_line_of_text_ends_with_the_ids(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    with about(update=5):
        note(case="2026-00001")
        logging.getLogger("desk.cases").info("claimed")
    logging.getLogger("desk.cases").info("idle")
    first, second = lines(capsys)
    assert first.endswith("INFO desk.cases: claimed [update=5 case=2026-00001]")
    assert second.endswith("INFO desk.cases: idle")


def test_a_line_of_text_tells_the_time_with_its_zone(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text")
    logging.getLogger("desk.cases").info("claimed")
    day, time, _ = lines(capsys)[0].split(" ", 2)
    told = dt.datetime.fromisoformat(f"{day}T{time}")
    assert abs(dt.datetime.now(dt.UTC) - told) < dt.timedelta(minutes=1)


def test_nothing_that_is_logged_begins_a_line_or_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text")
    logging.getLogger("desk.cases").info(
        "a name: %s", "x\n2026-11-26 00:00:00,000 INFO desk: all is well\x1b[2J\r\u2028\x00"
    )
    first, *more = lines(capsys)
    assert first.endswith("a name: x")
    assert [line.startswith("    2026") for line in more] == [True]
    assert not [letter for letter in "".join(more) if not letter.isprintable()]


def test_a_line_of_json_is_an_object_with_each_id_under_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    with about(update=5, enquiry="e1"):
        logging.getLogger("desk.cases").info("took %d ms, hồ sơ", 7)
    [line] = lines(capsys)
    found = json.loads(line)
    assert found.pop("at").startswith("20")
    assert found == {
        "level": "INFO",
        "logger": "desk.cases",
        "message": "took 7 ms, hồ sơ",
        "update": 5,
        "enquiry": "e1",
    }
    assert "hồ sơ" in line


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_line_has_nobodys_address_or_number(log_format: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(log_format)
    with about(update=123456789012):
        logging.getLogger("library").warning("refused %s, %s", "lan@example.vn", "0912 345 678")
    shown = capsys.readouterr().err
    assert "refused [email], [number]" in shown
    assert "123456789012" in shown


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_error_is_told_without_its_message_or_those_of_its_causes(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(log_format)
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as cause:
            raise ValueError(f"cannot read {WORDS}") from cause
    except ValueError:
        logging.getLogger("desk").exception("a question failed")
    shown = capsys.readouterr().err
    assert WORDS not in shown.replace("\\n", "\n").replace('raise ValueError(f"cannot read {WORDS}")', "")
    for part in ("a question failed", "KeyError", "which led to:", "ValueError", "test_logs.py"):
        assert part in shown


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_error_of_the_database_is_told_by_its_code_and_without_its_parameters(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(log_format)
    engine = create_engine("sqlite://")
    with pytest.raises(OperationalError) as raised, engine.connect() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": WORDS})
    engine.dispose()
    logging.getLogger("clock").error("it is due again", exc_info=raised.value)
    shown = capsys.readouterr().err
    assert WORDS not in shown
    assert told(raised.value) == "OperationalError (SQLITE_ERROR)"
    assert told(raised.value) in shown


def test_an_error_of_the_system_is_told_by_its_name() -> None:
    assert told(OSError(28, "No space left on device")) == "OSError (ENOSPC)"
    assert told(BadSetting("HOST cannot be used.")) == "BadSetting: HOST cannot be used."


@pytest.mark.parametrize("logger", ["uvicorn.error", "sanic.root", "sanic.error", "litestar", "alembic.runtime", "x"])
def test_libraries_log_the_same_way(logger: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    logging.getLogger(logger).error("told", extra={"color_message": "\x1b[1mtold"})
    [line] = lines(capsys)
    assert set(json.loads(line)) == {"at", "level", "logger", "message"}


def test_addresses_that_may_hold_a_token_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    for logger in ("httpx", "httpcore", "telegram.ext", "uvicorn.access", "sanic.access"):
        logging.getLogger(logger).info("POST https://api.telegram.org/bot1:secret/getMe")
    assert lines(capsys) == []


def test_a_warning_of_python_is_a_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert json.loads(lines(capsys)[0])["logger"] == "py.warnings"


def _hooked(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


def test_what_ends_a_process_or_a_thread_is_a_line_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    _hooked(ValueError(WORDS))
    _hooked(BadSetting("HOST cannot be used."))
    _hooked(KeyboardInterrupt())

    def fails() -> Any:
        raise ValueError(WORDS)

    thread = threading.Thread(target=lambda: threading.excepthook(_args_of(fails)), name="letters")
    thread.start()
    thread.join()
    process, setting, in_thread = map(json.loads, lines(capsys))
    assert (process["message"], "ValueError" in process["error"]) == ("the process ends", True)
    assert setting["message"] == "HOST cannot be used."
    assert in_thread["message"] == "the thread letters ends"
    assert WORDS not in json.dumps([process, setting, in_thread], ensure_ascii=False)


def _args_of(fails: Any) -> threading.ExceptHookArgs:
    try:
        fails()
    except ValueError as error:
        return threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    raise AssertionError
