"""`customs recall`: corrections for those who were given a wrong text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance.record import LANGUAGES
from desk.people.model import Officer
from desk.recall import report as reports
from desk.recall import service as recalls
from desk.recall import words
from desk.recall.finding import Numbers
from desk.recall.model import Recall
from desk.recall.permissions import RecallRefused

app = typer.Typer(
    no_args_is_help=True, help="Corrections of wrong answers: plan, propose, start, pause, resume, stop, list, report."
)
LISTED = 50
As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Number = Annotated[int, typer.Argument(help="The number of the correction; see `customs recall list`.")]
Days = Annotated[int, typer.Option(help="Answers of so many last days; default: the setting recall_days.")]
Earlier = Annotated[bool, typer.Option("--earlier", help="Older texts of the entry were wrong as well.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


@app.command()
def plan(entry: str, days: Days = 0, earlier: Earlier = False, as_json: AsJson = False) -> None:
    """Look whom the correction of an entry would reach, and what they would read; nothing is kept or sent."""
    desk, _ = desk_and_settings()
    decided = recalls.Plan(days or int(desk.settings.value("recall_days")), earlier=earlier)
    with desk.store.reading() as session:
        try:
            found = recalls.prospect(desk, session, entry, decided)
        except RecallRefused as refused:
            refuse(_said(desk, refused))
        said = {name: words.correction(desk, session, found.recall, (), name).as_text() for name in LANGUAGES}
    if as_json:
        told = {"entry": entry, "days": decided.days, "versions": found.recall.versions}
        told |= {"corrected": found.wrong.corrected, "earlier": list(found.wrong.earlier)}
        print(json.dumps(told | _numbers(found.numbers) | {"message": said}, ensure_ascii=False))
        return
    out.print(f"{entry}: wrong {found.recall.versions}, holds today {found.wrong.corrected or 'nothing'}")
    for name, value in _numbers(found.numbers).items():
        out.print(f"{name.replace('_', ' ')}: {value}")
    for name, text in said.items():
        out.print(f"\n-- {name}\n{text}", markup=False)


@app.command()
def propose(
    entry: str,
    officer: As,
    wrong_vi: Annotated[str, typer.Option(help="What was wrong, in Vietnamese.")],
    wrong_en: Annotated[str, typer.Option(help="What was wrong, in English.")],
    days: Days = 0,
    earlier: Earlier = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="Send it at night as well.")] = False,
) -> None:
    """Keep a correction, for another person to look at and start."""
    desk, _ = desk_and_settings()
    decided = recalls.Plan(days or int(desk.settings.value("recall_days")), earlier, urgent, wrong_vi, wrong_en)
    with desk.store.writing() as session:
        try:
            kept = recalls.plan(desk, session, entry, decided, officer_named(session, officer))
        except RecallRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"correction {kept.id} of {entry}: {kept.state}")


@app.command()
def start(
    number: Number,
    officer: As,
    chats: Annotated[int, typer.Option(help="How many chats are to be told, as you read in the plan or the report.")],
) -> None:
    """Let a correction go that another planned."""
    _act(number, officer, lambda desk, s, recall, o: recalls.start(desk, s, recall, o, chats=chats))


@app.command()
def pause(number: Number, officer: As) -> None:
    """Send nothing more until it is resumed."""
    _act(number, officer, recalls.pause)


@app.command()
def resume(number: Number, officer: As) -> None:
    """Go on where it was paused."""
    _act(number, officer, recalls.resume)


@app.command()
def stop(number: Number, officer: As, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """End a correction for good; whoever was told stays told."""
    _act(number, officer, lambda desk, s, recall, o: recalls.stop(desk, s, recall, o, reason))


@app.command("list")
def list_() -> None:
    """List the newest corrections."""
    desk, _ = desk_and_settings()
    table = Table("id", "entry", "state", "planned", "by", "started by", "chats", "told", "not reached")
    with desk.store.reading() as session:
        for recall in reports.listed(session, limit=LISTED).rows:
            told = reports.of(session, recall)
            bad = told.failed + told.uncertain + sum(told.left_out.values())
            by = (recall.planned_by.username, recall.started_by.username if recall.started_by else "")
            count = str(recall.chats) if recall.chats is not None else ""
            when = shown(recall.planned_at)
            table.add_row(str(recall.id), recall.entry_id, recall.state, when, *by, count, str(told.told), str(bad))
    out.print(table)


@app.command()
def report(number: Number, as_json: AsJson = False) -> None:
    """Tell how far a correction has come, and whom it did not reach."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        recall = _known(session, number)
        told = reports.as_json(session, recall)
        if recall.started_at is None:
            told |= _numbers(recalls.numbers_of(session, recall))
        if as_json:
            print(json.dumps(told, ensure_ascii=False))
            return
        for name, value in told.items():
            out.print(f"{name.replace('_', ' ')}: {value}")
        after: str | None = None
        while True:
            found = reports.not_reached(session, recall, limit=LISTED, after=after)
            for row in found.rows:
                out.print(f"{row.channel} {row.why}: {row.error}", markup=False)
            if found.after is None:
                return
            after = found.after


def _act(number: int, username: str, act: Callable[[Desk, Session, Recall, Officer], object]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        recall = _known(session, number, to_change=True)
        try:
            act(desk, session, recall, officer_named(session, username))
        except RecallRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"correction {recall.id} of {recall.entry_id}: {recall.state}")


def _known(session: Session, number: int, *, to_change: bool = False) -> Recall:
    recall = recalls.by_id(session, number, to_change=to_change)
    if recall is None:
        refuse(f"There is no correction {number}; see `customs recall list`.")
    return recall


def _numbers(numbers: Numbers) -> dict[str, Any]:
    return {
        "chats": numbers.chats,
        "answers": numbers.answers,
        "languages": dict(numbers.languages),
        "channels": dict(numbers.channels),
        "left_out": dict(numbers.left_out),
        "oldest": numbers.oldest.isoformat() if numbers.oldest else None,
        "newest": numbers.newest.isoformat() if numbers.newest else None,
    }


def _said(desk: Desk, refused: RecallRefused) -> str:
    return desk.texts.say(refused.reason, "en", **refused.values)
