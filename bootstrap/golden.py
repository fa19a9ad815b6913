"""The golden questions that ship, brought into the store: a change is measured with them, nothing fitted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bootstrap.settings import Settings
from desk.desk import Desk
from desk.guidance.gate import golden
from desk.guidance.record import LANGUAGES


def load_golden(desk: Desk, settings: Settings) -> golden.Loaded | None:
    """Load what ships; None where there is no such file, and then what is in the store stays as it is."""
    if not settings.golden_questions.is_file():
        return None
    questions = list(_read(settings.golden_questions))
    with desk.store.writing() as session:
        return golden.load_shipped(session, questions, at=desk.now())


def _read(path: Path) -> Iterator[golden.Shipped]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            data = json.loads(line)
            language = next(known for known in LANGUAGES if known == data["lang"])
            yield golden.Shipped(data["entry"], language, data["question"])
