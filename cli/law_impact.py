"""`customs law impact|tasks|settle|draft`: what an instrument bears on, and the review tasks that it made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance.permissions import GuidanceRefused
from desk.law import keeping
from desk.law.impact import listing
from desk.law.impact import service as impact
from desk.law.impact.model import How, ImpactKind, ImpactTask
from desk.people.model import Officer

As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
Task = Annotated[int, typer.Argument(help="The number of the task; see `customs law tasks`.")]
#: Tasks that are read from the store at once.
READ = 200


def add_to(app: typer.Typer) -> None:
    """Put the commands of review tasks beside the others of law."""
    for command in (impact_, tasks, settle, draft):
        app.command(command.__name__.rstrip("_"))(command)


def impact_(
    number: Annotated[str, typer.Argument(help="The official number of the instrument that changes others.")],
    by: Annotated[str, typer.Option("--as", help="The user name of the curator; default: the operator.")] = "",
    as_json: Json = False,
) -> None:
    """Find what cites what an instrument changes, and keep a review task for each that has none yet."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        known = keeping.held(desk, session)
        if number not in known:
            refuse(f"There is no instrument {number!r}; see `customs law instruments list`.")
        actor = "operator"
        if by:
            officer = officer_named(session, by)
            _refusing(desk, lambda: keeping.must_keep(officer))
            actor = officer.actor
        made = impact.open_tasks(desk, session, known[number], by=actor)
    counts = Counter(each.kind.value for each in made.found)
    if as_json:
        found = [{"kind": each.kind.value, "subject": each.subject, "why": each.why} for each in made.found]
        print(json.dumps({"instrument": number, "found": found, "opened": made.opened}, ensure_ascii=False))
        return
    numbers = ", ".join(f"{kind.value} {counts[kind.value]}" for kind in ImpactKind)
    out.print(f"{number}: {numbers}; {made.opened} new review tasks", markup=False, soft_wrap=True)


def tasks(
    instrument: Annotated[str, typer.Option(help="Only those of this instrument.")] = "",
    kind: Annotated[ImpactKind | None, typer.Option(help="Only those of this kind.")] = None,
    done: Annotated[bool, typer.Option(help="Those that are done, instead of the open ones.")] = False,
    as_json: Json = False,
) -> None:
    """List the review tasks, the oldest first."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = _all(session, listing.Wanted(instrument, kind, done))
    if as_json:
        print(json.dumps([_told(task) for task in found], ensure_ascii=False))
        return
    table = Table("task", "instrument", "kind", "subject", "why", "opened", "how", "words")
    for task in found:
        why = "; ".join(f"{each['changed']} ({_places(each)})" for each in task.why)
        opened, how = shown(task.opened_at), task.how or ""
        table.add_row(str(task.id), task.instrument, task.kind, task.subject, why, opened, how, task.words)
    out.print(table)


def settle(
    number: Task,
    how: Annotated[How, typer.Option(help="right, told or passed.")],
    words: Annotated[str, typer.Option(help="What was found or done.")],
    by: As,
    alike: Annotated[bool, typer.Option(help="With it all open answers from the same entry.")] = False,
) -> None:
    """Say that a task is done, and how."""

    def act(desk: Desk, session: Session, task: ImpactTask, officer: Officer) -> None:
        done = impact.settle(desk, session, task, officer, how, words, alike=alike)
        out.print(f"{done} done")

    _act(number, by, act)


def draft(number: Task, by: As) -> None:
    """Open a draft of the entry that a task is about; the task is done with it."""

    def act(desk: Desk, session: Session, task: ImpactTask, officer: Officer) -> None:
        out.print(f"draft {impact.open_draft(desk, session, task, officer)} of {task.entry_id}")

    _act(number, by, act)


def _act(number: int, by: str, act: Callable[[Desk, Session, ImpactTask, Officer], None]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        task = impact.by_id(session, number)
        if task is None:
            refuse(f"There is no task {number}; see `customs law tasks`.")
        officer = officer_named(session, by)
        _refusing(desk, lambda: act(desk, session, task, officer))


def _refusing(desk: Desk, act: Callable[[], None]) -> None:
    try:
        act()
    except GuidanceRefused as refused:
        refuse(desk.texts.say(refused.reason, "en", **refused.values))


def _all(session: Session, wanted: listing.Wanted) -> list[ImpactTask]:
    page = listing.listed(session, None, wanted, limit=READ)
    found = list(page.rows)
    while page.after is not None:
        page = listing.listed(session, None, wanted, limit=READ, after=page.after)
        found += page.rows
    return found


def _told(task: ImpactTask) -> dict[str, Any]:
    names = ("id", "instrument", "kind", "subject", "entry_id", "why", "how", "words", "done_by")
    moments = {name: at.isoformat() if (at := getattr(task, name)) else None for name in ("opened_at", "done_at")}
    return {name: getattr(task, name) for name in names} | moments


def _places(reason: dict[str, Any]) -> str:
    return ", ".join(each["article"] or "all" for each in reason["places"]) or "named"
