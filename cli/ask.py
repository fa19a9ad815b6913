"""`customs ask`: one question, answered as an enterprise would be, with nothing kept of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bootstrap.assembly import knowledge_client, open_desk
from bootstrap.settings import Settings
from cli.parts import day_of, desk_and_settings
from cli.terminal import out, refuse
from desk.answering.question import Answer, Context, Question
from desk.conversations.language import choose
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.earlier.reading import read_shipped
from desk.guidance.record import LANGUAGES


def ask(
    question: Annotated[str, typer.Argument(help="The question, in Vietnamese or English.")],
    lang: Annotated[str | None, typer.Option(help="Answer in vi or en; default: the question's language.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day whose law is meant, as YYYY-MM-DD.")] = None,
    after: Annotated[str | None, typer.Option(help="The entry that was shown before, for a follow-up.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Ask the desk a question."""
    if lang is not None and lang not in LANGUAGES:
        refuse("--lang is vi or en.")
    desk, settings = desk_and_settings()
    day = day_of(as_of, desk)
    language = choose(choice=lang, text=question, conversation=None, channel_hint=None)
    desk = with_search(desk, settings)
    if after is not None:
        _must_be_in_force(desk, after, day)
    answers = desk.answering.answer_each(Question(question, language, day, Context(shown=after), desk.today()))
    if as_json:
        print(json.dumps(as_data(answers), ensure_ascii=False))
        return
    for answer in answers:
        _print(answer)


def with_search(desk: Desk, settings: Settings) -> Desk:
    """The desk with the running knowledge service where it is healthy, else with an engine in this process."""
    if knowledge_client(settings).healthy():
        return desk
    from bootstrap.engine import open_engine  # loads faiss and the model: only where it is needed

    load_content_if_empty(desk, settings.content_dir)
    engine = open_engine(settings, desk.store)
    engine.refresh()
    return open_desk(settings, search=engine)


def load_content_if_empty(desk: Desk, content: Path) -> None:
    """On a store that was never filled, publish what ships."""
    with desk.store.reading() as session:
        filled = guidance.publication_no(session) > 0
    if not filled:
        with desk.store.writing() as session:
            records, earlier = read_shipped(content)
            guidance.load_shipped(session, records, at=desk.now(), earlier=earlier)


def as_data(answers: Sequence[Answer]) -> dict[str, Any]:
    """The answers as the JSON of the command: the first at the top, those to further questions under "more".

    The names of its fields stay as they are.
    """
    first, *more = answers
    return {**_as_data(first), "more": [_as_data(answer) for answer in more]}


def _as_data(answer: Answer) -> dict[str, Any]:
    shown = None
    if answer.version is not None and answer.outcome.family == "answered":
        record = answer.version.record
        shown = {
            "entry": answer.version.entry_id,
            "version": answer.version.number,
            "title": record.title[answer.language],
            "text": answer.utterance.as_text(),
            "sources": record.sources,
        }
    return {
        "question": answer.text,
        "outcome": answer.outcome.value,
        "language": answer.language,
        "as_of": answer.as_of.isoformat(),
        "answer": shown,
        "said": answer.utterance.as_text(),
        "parts": list(answer.parts),
        "searched": list(answer.searched),
        "candidates": [
            {"entry": hit.entry, "score": round(hit.score, 4), "confidence": round(hit.confidence, 4)}
            for hit in answer.candidates
        ],
        "timings_ms": answer.timings_ms,
    }


def _print(answer: Answer) -> None:
    out.print(answer.utterance.as_text(), markup=False)
    offered = [choice.title for choice in answer.utterance.choices if choice.act == "show_entry"]
    if offered:
        out.print()
        for title in offered:
            out.print(f"  → {title}", markup=False)
    candidates = ", ".join(f"{hit.entry} {hit.confidence:.2f}" for hit in answer.candidates)
    out.print(f"\n{answer.outcome.value}; {candidates}", style="dim")


def _must_be_in_force(desk: Desk, entry: str, day: dt.date) -> None:
    with desk.store.reading() as session:
        version = versions.in_force(session, entry, day)
    if version is None:
        refuse(f"--after: no entry {entry!r} is in force on {day}.")
