"""Reads files of one JSON object a line, and says in a sentence what is wrong with which line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from desk.guidance.record import Text


class FileError(ValueError):
    """A file cannot be used; the message is a sentence with the file and, where it is one line's fault, its line."""


class Line(BaseModel):
    """One line of a file; what it has beyond its fields is left alone."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: Text


L = TypeVar("L", bound=Line)


def read_lines(path: Path, kind: type[L]) -> dict[int, L]:
    """The objects of a file by the number of their line, empty lines left out; raises FileError.

    No two may have one id, and there must be one at least.
    """
    read: dict[int, L] = {}
    numbers: dict[str, int] = {}
    # Not splitlines(): the texts themselves may hold other signs that end a line.
    for number, text in enumerate(_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        line = read[number] = _line(text, kind, path, number)
        if numbers.setdefault(line.id, number) != number:
            raise wrong(path, number, f"the id {line.id!r} is also in line {numbers[line.id]}")
    if not read:
        raise FileError(f"{path} has no lines.")
    return read


def wrong(path: Path, number: int, reason: str) -> FileError:
    """The error that says what is wrong with a line."""
    return FileError(f"{path}, line {number}: {reason}.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path} cannot be read: it is not written in UTF-8.") from error


def _line(text: str, kind: type[L], path: Path, number: int) -> L:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{first['loc'][0]!r}: " if first["loc"] else ""
        raise wrong(path, number, f"{name}{first['msg']}") from error
