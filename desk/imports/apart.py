"""Reading a file that somebody brings in with its hostile part in a process of its own, as all doors do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desk.apart import running
from desk.apart.running import Bounds
from desk.imports import law_text, records
from desk.imports.documents.piece import Piece
from desk.imports.faults import Fault, FileRefused, Where, refuse
from desk.imports.files import SECONDS, Budget, File
from desk.imports.given import Given
from desk.imports.readers import Readers
from desk.law.reading import Reading

#: A law of more than a thousand pages takes half a minute of a processor.
_BOUNDS = Bounds(cpu_seconds=SECONDS, seconds=SECONDS + 30.0, lane="imports")


def guidance(file: File) -> Sequence[Given]:
    """The records of guidance in a file, as records.read gives them; raises FileRefused."""
    return records.read(file, readers=APART)


def law(file: File, instrument: str) -> Reading:
    """The articles of a law in a file, as law_text.read gives them; raises FileRefused."""
    return law_text.read(file, instrument, readers=APART)


def _pieces(file: File, _: Budget) -> list[Piece]:
    return [Piece(Where(*where), *more) for where, *more in _read("pieces", file)]


def _pages(file: File, _: Budget) -> list[str]:
    return [str(page) for page in _read("pages", file)]


def _sheet(file: File, _: Budget) -> list[Given]:
    return [
        Given(content, Where(*where), {name: Where(*place) for name, place in places.items()})
        for content, where, places in _read("sheet", file)
    ]


APART = Readers(_pieces, _pages, _sheet)


def _read(task: str, file: File) -> Sequence[Any]:
    try:
        told: Mapping[str, Any] = running.run(task, file.data, {"name": file.name}, _BOUNDS).told
    except running.Busy:
        raise refuse("busy") from None
    except running.NotFinished:
        raise refuse("not_read") from None
    if "faults" in told:
        raise FileRefused([Fault.of(name, Where(*where), **values) for name, where, values in told["faults"]])
    read: Sequence[Any] = told["read"]
    return read
