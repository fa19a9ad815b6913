"""What is kept of people: each kind of data with its purpose, its time and its columns (content/privacy.yml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from desk.guidance.record import LANGUAGES, Language
from desk.yaml_file import read_yaml

Words = Mapping[Language, str]


class Whose(StrEnum):
    """Whom data are about."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    STAFF = "staff"
    NOBODY = "nobody"


#: Whose data the page for the public tells of.
OF_THE_PUBLIC = (Whose.PERSON, Whose.ENTERPRISE)


@dataclass(frozen=True)
class KindOfData:
    """One kind of data. ``time`` is how long it is kept, counted from ``after``; else ``until`` says it in words.

    ``then`` and ``after`` name texts (``privacy.then.<then>``). ``jobs`` are those of desk/privacy/jobs.py.
    ``outside``: it is, or is also, kept elsewhere than in the desk's database. ``columns`` are those of each table.
    """

    name: str
    whose: Whose
    title: Words
    what: Words
    purpose: Words
    then: str
    time: dt.timedelta | None = None
    after: str = ""
    until: Words | None = None
    jobs: tuple[str, ...] = ()
    outside: bool = False
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_of_the_public(self) -> bool:
        return self.whose in OF_THE_PUBLIC


@dataclass(frozen=True)
class Privacy:
    """All kinds of data, in the order of their file."""

    kinds: Mapping[str, KindOfData]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file; raises ValueError with the kind that is not whole, or a column that stands in two."""
        found = {name: _kind(name, data) for name, data in read_yaml(path)["kinds"].items()}
        columns = [column for kind in found.values() for column in _columns(kind)]
        if twice := sorted({".".join(column) for column in columns if columns.count(column) > 1}):
            raise ValueError(f"{path.name}: in more than one kind: {', '.join(twice)}")
        return cls(found)

    def time_of(self, job: str) -> dt.timedelta:
        """After how long a job forgets; all kinds that it is named for say the same. Raises LookupError."""
        times = {kind.time for kind in self.kinds.values() if job in kind.jobs}
        if len(times) != 1 or (time := times.pop()) is None:
            raise LookupError(f"content/privacy.yml does not say one time of the job {job!r}")
        return time

    def jobs(self) -> list[str]:
        """All jobs that a kind names, each once, in their order."""
        return list(dict.fromkeys(job for kind in self.kinds.values() for job in kind.jobs))

    def kinds_of(self, job: str) -> list[KindOfData]:
        return [kind for kind in self.kinds.values() if job in kind.jobs]

    def kind_of(self, table: str, column: str) -> KindOfData | None:
        return next((kind for kind in self.kinds.values() if column in kind.columns.get(table, ())), None)

    def of_the_public(self) -> list[KindOfData]:
        return [kind for kind in self.kinds.values() if kind.is_of_the_public]


def columns_of(kinds: Iterable[KindOfData]) -> set[tuple[str, str]]:
    """Table and column of everything that these kinds hold."""
    return {column for kind in kinds for column in _columns(kind)}


def _columns(kind: KindOfData) -> Iterator[tuple[str, str]]:
    for table, names in kind.columns.items():
        yield from ((table, name) for name in names)


def _kind(name: str, data: Mapping[str, Any]) -> KindOfData:
    kept = data["kept"]
    time = dt.timedelta(days=kept.get("days", 0), hours=kept.get("hours", 0)) or None
    if (time is None) == ("until" not in kept) or (time is None) == ("after" in kept):
        raise ValueError(f"{name}: kept for days or hours after something, or until something")
    if bool(data.get("jobs")) != (time is not None):
        raise ValueError(f"{name}: a time needs a job that ends it, and a job a time")
    for words in (data["title"], data["what"], data["purpose"], kept.get("until", data["title"])):
        if set(words) != set(LANGUAGES):
            raise ValueError(f"{name}: not said in every language")
    return KindOfData(
        name=name,
        whose=Whose(data["whose"]),
        title=data["title"],
        what=data["what"],
        purpose=data["purpose"],
        then=data["then"],
        time=time,
        after=kept.get("after", ""),
        until=kept.get("until"),
        jobs=tuple(data.get("jobs", ())),
        outside=bool(data.get("outside")),
        columns={table: tuple(columns) for table, columns in data.get("columns", {}).items()},
    )
