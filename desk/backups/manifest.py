"""What a backup says of itself: which program made it, when, from what, and what each of its parts holds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from desk.backups.kinds import Kind
from desk.backups.tables import Content

#: Raised when parts are written in another way; a program reads its own format and all before it.
FORMAT = 1
NAME = "manifest.json"
#: What is no part of a backup; docs/backup.md says why, and what to do about it.
NOT_PART = (
    "the settings in .env, with the bot's token and passwords",
    "the key of second factors",
    "Rasa's trackers: open forms begin anew",
    "models and the index, which are made again",
)


class BackupRefused(Exception):
    """Nothing was done; the message says why in one sentence."""


class Damaged(BackupRefused):
    """The file is not what it was when it was written, or never was a backup."""


@dataclass(frozen=True)
class Part:
    """One table in a backup: its columns and their kinds by name, and its content."""

    table: str
    columns: Mapping[str, Kind]
    content: Content

    @property
    def name(self) -> str:
        """The part's name in the file."""
        return f"tables/{self.table}.jsonl"


@dataclass(frozen=True)
class Manifest:
    """``schema`` is the revision of the migrations, ``database`` sqlite or postgresql."""

    format: int
    made_at: dt.datetime
    application: str
    schema: str
    database: str
    parts: Sequence[Part]

    @property
    def rows(self) -> int:
        return sum(part.content.rows for part in self.parts)

    def written(self) -> bytes:
        told = {
            "format": self.format,
            "made_at": self.made_at.isoformat(),
            "application": self.application,
            "schema": self.schema,
            "database": self.database,
            "not_part": NOT_PART,
            "tables": [{"name": part.table, "columns": part.columns, **asdict(part.content)} for part in self.parts],
        }
        return f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """Raises Damaged, or BackupRefused where a newer program made it."""
        try:
            told = json.loads(data)
            if told["format"] > FORMAT:
                raise BackupRefused(
                    f"A newer version of this program ({told['application']}) made the backup: install that one first."
                )
            parts = [
                Part(
                    one["name"],
                    {name: Kind(kind) for name, kind in one["columns"].items()},
                    Content(one["rows"], one["bytes"], one["sha256"]),
                )
                for one in told["tables"]
            ]
            made_at = dt.datetime.fromisoformat(told["made_at"])
            return cls(told["format"], made_at, told["application"], told["schema"], told["database"], parts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Damaged("The manifest of the backup cannot be read: the file is damaged.") from error
