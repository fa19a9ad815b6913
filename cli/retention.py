"""`customs retention`: what is past its time, what was forgotten, and forgetting it now."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.parts import desk_and_settings, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.privacy import retention, trackers
from desk.privacy.retention import AGES, Done, Standing
from desk.privacy.words import period

app = typer.Typer(no_args_is_help=True, help="Forgetting by age: run, report.")
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
Jobs = Annotated[list[str] | None, typer.Option("--job", help="Only this job; may be given more than once.")]


@app.command()
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be forgotten; change nothing.")
    ] = False,
    job: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Forget now all that is past its time, which the clock does by itself as well."""
    desk, _ = desk_and_settings()
    wanted = _known(desk, job)
    if dry_run:
        with desk.store.reading() as session:
            standings = [each for each in retention.report(desk, session) if each.job in wanted]
        if as_json:
            print(json.dumps({"dry_run": True, "jobs": [_told(each) for each in standings]}))
            return
        _show(desk, [each for each in standings if each.due or each.held])
        out.print(f"A dry run: nothing was changed. To be forgotten: {sum(each.due for each in standings)}.")
        return
    done = retention.run(desk, wanted)
    if as_json:
        print(json.dumps({"dry_run": False, "jobs": [_of_done(each) for each in done]}))
        return
    table = Table("job", "forgotten", "the oldest was of")
    for each in done:
        table.add_row(each.job, str(each.forgotten), shown(each.oldest))
    out.print(table)


@app.command()
def report(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="A report changes nothing in any case.", hidden=True)
    ] = False,
    days: Annotated[int, typer.Option(min=1, max=3660, help="What was forgotten in so many days.")] = 30,
    as_json: AsJson = False,
) -> None:
    """What is kept by job and age, what is due, what is held, and what was forgotten lately."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        standings = retention.report(desk, session, days=days)
        by_day = retention.forgotten_on(session, desk.today() - dt.timedelta(days=days - 1))
        waiting = trackers.waiting(session)
    if as_json:
        told = {
            "jobs": [_told(each) for each in standings],
            "forgotten": [
                {"day": row.day.isoformat(), "job": row.job, "forgotten": row.forgotten, "oldest": _at(row.oldest)}
                for row in by_day
            ],
            "trackers_to_forget": waiting,
        }
        print(json.dumps(told))
        return
    _show(desk, standings)
    table = Table("day", "job", "forgotten", "the oldest was of")
    for row in by_day:
        table.add_row(row.day.isoformat(), row.job, str(row.forgotten), shown(row.oldest))
    out.print(table)
    out.print(f"Conversations that the dialogue has yet to forget: {waiting}.")


def _show(desk: Desk, standings: list[Standing]) -> None:
    heads = [f"< {AGES[0]} days", *(f"< {age} days" for age in AGES[1:]), "older"]
    table = Table("job", "kept for", "due", "oldest due", "held", "kept", *heads, "forgotten")
    for each in standings:
        table.add_row(
            each.job,
            period(desk.texts, each.time, "en"),
            str(each.due),
            shown(each.oldest_due),
            str(each.held),
            str(each.kept),
            *map(str, each.by_age),
            str(each.forgotten),
        )
    out.print(table)


def _told(each: Standing) -> dict[str, Any]:
    younger = {f"under_{age}_days": number for age, number in zip(AGES, each.by_age, strict=False)}
    return {
        "job": each.job,
        "kept_for_hours": int(each.time / dt.timedelta(hours=1)),
        "due": each.due,
        "oldest_due": _at(each.oldest_due),
        "held": each.held,
        "kept": each.kept,
        "oldest": _at(each.oldest),
        "by_age": {**younger, "older": each.by_age[-1]},
        "forgotten": each.forgotten,
    }


def _of_done(each: Done) -> dict[str, Any]:
    return {"job": each.job, "forgotten": each.forgotten, "oldest": _at(each.oldest)}


def _at(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _known(desk: Desk, jobs: list[str] | None) -> list[str]:
    known = desk.rules.privacy.jobs()
    for name in jobs or ():
        if name not in known:
            refuse(f"There is no job {name!r}; they are {', '.join(known)}.")
    return list(jobs or known)
