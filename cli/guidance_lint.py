"""`customs guidance lint|lint-tasks|lint-close|lint-holds`: the guidance held against the law of a day."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.parts import AsOf, day_of, desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance.lint import tasks
from desk.guidance.lint.findings import LEVELS, Finding, Law, Linted
from desk.guidance.lint.linter import lint
from desk.guidance.lint.service import Report, lint_store
from desk.guidance.lint.words import as_data, sentence
from desk.guidance.model import GuidanceReview
from desk.guidance.permissions import GuidanceRefused
from desk.guidance.record import read_records
from desk.people.model import Officer

As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Number = Annotated[int, typer.Argument(help="The number of the finding; see `customs guidance lint-tasks`.")]
Reason = Annotated[str, typer.Option(help="Why nothing has to be changed.")]
Act = Callable[[Session, GuidanceReview, Officer], None]


def add_to(app: typer.Typer) -> None:
    """Put the commands of the linter beside the others of guidance."""
    app.command("lint")(lint_)
    app.command("lint-tasks")(list_tasks)
    app.command("lint-close")(close)
    app.command("lint-holds")(holds)


def lint_(
    entries: Annotated[list[str] | None, typer.Argument(help="Only these entries.")] = None,
    as_of: AsOf = None,
    content: Annotated[bool, typer.Option("--content", help="What lies in content/, instead of the store.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Hold the guidance against the law of a day; ends with an error where something is wrong."""
    desk, settings = desk_and_settings()
    day, wanted = day_of(as_of, desk), entries or None
    if content:
        report = _of_content(desk, settings.content_dir, day, wanted)
    else:
        with desk.store.reading() as session:
            report = lint_store(desk, session, day, wanted)
    if wanted and report.entries < len(set(wanted)):
        refuse("Not every one of these entries exists; see `customs guidance list`.")
    levels = {level: [one for one in report.findings if one.level == level] for level in ("error", "warning")}
    if as_json:
        told = {f"{level}s": [as_data(desk.texts, one) for one in found] for level, found in levels.items()}
        print(json.dumps({"entries": report.entries, **told}, ensure_ascii=False))
    else:
        _print(desk, report, [*levels["error"], *levels["warning"]])
    if levels["error"]:
        raise typer.Exit(1)


def _of_content(desk: Desk, folder: Path, day: dt.date, wanted: Sequence[str] | None) -> Report:
    records = read_records(folder / "guidance")
    law = Law(desk.instruments, desk.citations, day, {record.id for record in records})
    read = [Linted.of_record(record) for record in records if wanted is None or record.id in wanted]
    return Report(day, len(read), lint(read, law))


def _print(desk: Desk, report: Report, found: Sequence[Finding]) -> None:
    counted = {code: sum(one.code == code for one in found) for code in LEVELS}
    title = f"{report.entries} entries as of {report.as_of}"
    if found:
        table = Table("level", "entry", "version", "field", "what was found", title=title)
        for one in found:
            said = sentence(desk.texts, one.code, one.values, "en")
            table.add_row(one.level, one.entry, str(one.version or ""), one.field, said)
        out.print(table)
    kinds = ", ".join(f"{code} {count}" for code, count in counted.items() if count)
    out.print(f"{title}: {kinds or 'nothing was found'}", soft_wrap=True)


def list_tasks(
    closed: Annotated[bool, typer.Option("--closed", help="Those closed with words that are still there.")] = False,
) -> None:
    """List the findings that wait for a curator, as the clock wrote them down."""
    desk, _ = desk_and_settings()
    table = Table("finding", "level", "entry", "what was found", "since")
    which: tasks.Which = "closed" if closed else "open"
    with desk.store.reading() as session:
        after: str | None = None
        while True:
            found = tasks.listed(session, which=which, limit=200, after=after)
            for review in found.rows:
                values = (review.content or {})["values"]
                said, code = sentence(desk.texts, review.code or "", values, "en"), review.code or ""
                table.add_row(str(review.id), LEVELS[code], review.entry_id, said, shown(review.created_at))
            after = found.after
            if after is None:
                break
    out.print(table)


def close(number: Number, officer: As, reason: Reason) -> None:
    """Close a finding with words; it stays closed while the matter is the same."""
    desk, _ = desk_and_settings()
    _act(desk, number, officer, lambda s, f, o: tasks.close(s, f, o, reason, desk.now()))


def holds(number: Number, officer: As, reason: Reason) -> None:
    """Say of a stale translation that the other language still holds."""
    desk, _ = desk_and_settings()
    _act(desk, number, officer, lambda s, f, o: tasks.still_holds(s, f, o, reason, desk.now()))


def _act(desk: Desk, number: int, username: str, act: Act) -> None:
    with desk.store.writing() as session:
        found = tasks.by_id(session, number)
        if found is None:
            refuse(f"There is no finding {number}; see `customs guidance lint-tasks`.")
        try:
            act(session, found, officer_named(session, username))
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))
