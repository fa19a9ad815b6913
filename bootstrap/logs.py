"""Logging of every process: one line an event with its time and the ids of the work in hand; never people's words.

The message of an error is left out, for what a person wrote may stand in it: it is told by kind, code and places.
E-mail addresses and numbers of people are masked, should a library put one into a line.
Secrets are taken out of what is left at every level (bootstrap/masking.py).
"""

from __future__ import annotations

import errno
import logging
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

from bootstrap.masking import masked
from bootstrap.settings import BadSetting
from desk.observing import at_work_on
from desk.privacy.masking import masked_in_log
from desk.visible import visible

LogFormat = Literal["text", "json"]
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


_WITH_HANDLERS = ("alembic", "litestar", "sanic.root", "sanic.error", "uvicorn", "uvicorn.error", "uvicorn.access")


def set_up_logging(log_format: LogFormat = "text", level: int = logging.INFO, *, hidden: Sequence[str] = ()) -> None:
    """All loggers, those of the libraries among them, write to stderr in one way; ``hidden`` is never in a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_with_ids)
    handler.setFormatter(_Json(hidden) if log_format == "json" else _Text(hidden))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in _WITH_HANDLERS:  # some bring a handler of their own along
        logging.getLogger(library).handlers.clear()
        logging.getLogger(library).propagate = True
    logging.captureWarnings(capture=True)
    # httpx logs each request with its address, and Telegram's addresses carry the bot's token.
    for noisy in ("httpx", "httpcore", "telegram", "sanic.access", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for telling in ("fontTools", "fpdf"):  # each step of making a PDF, and the letters for which there is no shape
        logging.getLogger(telling).setLevel(logging.ERROR)
    sys.excepthook = _ended
    threading.excepthook = lambda args: _thread_ended(args)


def told(error: BaseException) -> str:
    """An error by kind, and by the code of the database or the system where it has one; never its message."""
    if isinstance(error, BadSetting):
        return f"BadSetting: {error}"  # a sentence of our own, for the operator
    kind, cause = type(error).__name__, getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if code is None and isinstance(cause, OSError) and cause.errno is not None:
        code = errno.errorcode.get(cause.errno)
    return f"{kind} ({code})" if code else kind


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what led to it, the first cause first."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.insert(0, current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found


def _traced(raised: _Raised) -> str:
    """Places and kinds as a traceback shows them, without the messages."""
    error = raised[1]
    if error is None:
        return ""
    parts = ["".join(traceback.format_tb(each.__traceback__)) + told(each) for each in _chain(error)]
    return "\nwhich led to:\n".join(parts)


def _with_ids(record: logging.LogRecord) -> bool:
    record.ids = dict(at_work_on())
    return True


def _in_its_lines(message: str) -> str:
    """A message in which nothing steers a terminal, and no line of which can be taken for another event."""
    return visible(message, keep="\n\t").replace("\n", "\n    ")


class _Text(logging.Formatter):
    """A line to read: time (UTC), level, logger, message, and the ids in brackets; further lines are indented."""

    converter = time.gmtime  # type: ignore[assignment]  # a builtin is bound to nothing
    default_msec_format = "%s.%03dZ"

    def __init__(self, hidden: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record), self._hidden)

    def formatMessage(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{name}={value}" for name, value in record.__dict__.get("ids", {}).items())
        record.message = _in_its_lines(masked_in_log(record.message))
        return super().formatMessage(record) + (f" [{ids}]" if ids else "")

    def formatException(self, ei: _Raised) -> str:
        return _traced(ei)


class _Json(JsonFormatter):
    """An object a line: at, level, logger, message, error where there is one, and each id under its name."""

    def __init__(self, hidden: Sequence[str]) -> None:
        self._hidden = hidden
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            reserved_attrs=[*logging.makeLogRecord({}).__dict__, "ids", "color_message"],
            timestamp="at",
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record), self._hidden)

    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        message = masked_in_log(str(log_data.get("message", "")))
        log_data["message"] = visible(message, keep="\n\t")
        log_data.update(record.__dict__.get("ids", {}))

    def formatException(self, ei: _Raised) -> str:
        return _traced(ei)


def _ended(kind: type[BaseException], error: BaseException, places: TracebackType | None) -> None:
    if issubclass(kind, BadSetting):
        logging.getLogger(__name__).critical("%s", error)
    elif not issubclass(kind, KeyboardInterrupt):
        logging.getLogger(__name__).critical("the process ends", exc_info=(kind, error, places))


def _thread_ended(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        raised = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger(__name__).critical("the thread %s ends", args.thread and args.thread.name, exc_info=raised)
