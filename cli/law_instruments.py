"""`customs law instruments`: the legal instruments as they are known, entered, edited and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.table import Table
from sqlalchemy.orm import Session

from cli.parts import AsOf, day_of, desk_and_settings, officer_named
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance.drafts.problems import Problem
from desk.guidance.permissions import GuidanceRefused
from desk.law import keeping, register
from desk.law.instruments import place
from desk.law.listing import KINDS, STATES, Wanted, listed
from desk.law.overview import Effect, Overview, overview
from desk.people.model import Officer
from desk.yaml_file import read_yaml

app = typer.Typer(no_args_is_help=True, help="Legal instruments: list, show, add, edit, reset, set-aside.")
As = Annotated[str, typer.Option("--as", help="The user name of the curator who decides.")]
Number = Annotated[str, typer.Argument(help="The official number, such as 38/2015/TT-BTC.")]
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="YAML or JSON, in the shape of content/law/instruments.yml.")
]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the change.")]
Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


@app.command("list")
def list_(
    words: Annotated[str, typer.Argument(help="Words of number or title, with or without diacritics.")] = "",
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = "",
    state: Annotated[str, typer.Option(help=f"The state on the day, one of: {', '.join(STATES)}.")] = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List instruments with their state on a day."""
    if kind not in ("", *KINDS) or state not in ("", *STATES):
        refuse(f"The kind is one of {', '.join(KINDS)}; the state one of {', '.join(STATES)}.")
    desk, _ = desk_and_settings()
    day, known = day_of(as_of, desk), desk.instruments
    wanted = Wanted(
        words,
        next((each for each in KINDS if each == kind), None),
        next((each for each in STATES if each == state), None),
    )
    found = listed(known, wanted, day)
    if as_json:
        print(
            json.dumps(
                [one.as_json() | {"state": known.state_on(one.number, day)} for one in found], ensure_ascii=False
            )
        )
        return
    table = Table("number", "kind", "title", "from", "last day", "state")
    for one in found:
        last = known.last_day(one.number)
        dates = [str(each) if each else "" for each in (one.in_force.from_, last)]
        table.add_row(one.number, one.kind, one.title.vi, *dates, known.state_on(one.number, day))
    out.print(table)
    out.print(f"{len(found)} instruments, their state on {day}")


@app.command()
def show(number: Number, as_of: AsOf = None, as_json: Json = False) -> None:
    """Show an instrument with what changes it, what it changes, and who cites it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        try:
            found = overview(desk, session, number, day_of(as_of, desk))
        except keeping.NoSuchInstrument:
            refuse(f"There is no instrument {number!r}; see `customs law instruments list`.")
    told = _told(found)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    out.print(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), markup=False, soft_wrap=True)


@app.command()
def add(file: File, curator: As) -> None:
    """Enter instruments that are not known yet."""
    _write(file, curator, lambda desk, session, content, officer: keeping.enter(desk, session, content, officer))


@app.command()
def edit(file: File, curator: As, reason: Reason = "") -> None:
    """Put what a file says in the place of what is known of its instruments."""

    def act(desk: Desk, session: Session, content: dict[str, Any], officer: Officer) -> keeping.Kept:
        number = str(content.get("number", ""))
        row = register.row_of(session, number)
        revision = row.revision if row is not None else 0
        return keeping.edit(desk, session, number, content, officer, revision=revision, words=reason)

    _write(file, curator, act)


@app.command()
def reset(number: Number, curator: As, reason: Reason) -> None:
    """Take an instrument back to what ships."""
    _act(number, curator, reason, keeping.reset)
    out.print(f"{number}: as it ships")


@app.command("set-aside")
def set_aside(number: Number, curator: As, reason: Reason) -> None:
    """Mark an instrument as entered by mistake, while nothing cites it."""
    _act(number, curator, reason, keeping.set_aside)
    out.print(f"{number}: entered by mistake")


def _write(file: Path, curator: str, act: Callable[[Desk, Session, dict[str, Any], Officer], keeping.Kept]) -> None:
    desk, _ = desk_and_settings()
    contents = _read(file)
    number = ""
    kept = []
    with desk.store.writing() as session:
        officer = officer_named(session, curator)
        for content in contents:
            number = str(content.get("number", ""))
            try:
                kept.append(act(desk, session, content, officer))
            except keeping.NoSuchInstrument:
                refuse(f"There is no instrument {number!r}; enter it with `customs law instruments add`.")
            except GuidanceRefused as refused:
                refuse("\n".join([f"{number}: {_said(desk, refused)}", *_problems(desk, refused)]))
    for each in kept:
        out.print(f"{each.instrument.number}: kept; {each.tasks} review tasks", markup=False, soft_wrap=True)
        for warning in each.warnings:
            out.print(f"  {_in_words(desk, warning)}", markup=False, soft_wrap=True)


def _act(number: str, curator: str, reason: str, act: Callable[..., None]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        try:
            act(desk, session, number, officer_named(session, curator), words=reason)
        except keeping.NoSuchInstrument:
            refuse(f"There is no instrument {number!r}; see `customs law instruments list`.")
        except GuidanceRefused as refused:
            refuse(_said(desk, refused))


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        found = read_yaml(file)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        refuse(f"{file.name} cannot be read: {error}")
    rows = found if isinstance(found, list) else [found]
    if not rows or not all(isinstance(row, dict) for row in rows):
        refuse(f"{file.name} holds no instrument: see content/law/instruments.yml for the shape.")
    return rows


def _told(found: Overview) -> dict[str, Any]:
    """An instrument as JSON and YAML tell it: what is said of it, and what follows on the day."""
    return found.instrument.as_json() | {
        "day": str(found.day),
        "state": found.state,
        "last_day": str(found.last_day) if found.last_day else None,
        "replaced_by": found.replaced_by,
        "entered_by": found.standing.row.entered_by if found.standing.is_entered and found.standing.row else None,
        "ships_anew": found.standing.ships_anew,
        "changed_by": [_effect(each) for each in found.changed_by],
        "consolidated_in": [one.number for one in found.consolidated_in],
        "cited_by": {each.entry: [place(where, "vi") for where in each.places] for each in found.citing},
        "articles_imported": found.text.articles if found.text else 0,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    since = str(effect.from_) if effect.from_ else None
    return {"instrument": effect.number, "how": effect.how, "articles": list(effect.articles), "from": since}


def _said(desk: Desk, refused: GuidanceRefused) -> str:
    return desk.texts.say(refused.reason, "en", **refused.values)


def _problems(desk: Desk, refused: GuidanceRefused) -> list[str]:
    problems = refused.problems if isinstance(refused, keeping.Incorrect) else ()
    return [f"  {_in_words(desk, problem)}" for problem in problems]


def _in_words(desk: Desk, problem: Problem) -> str:
    return f"{problem.path}: {desk.texts.say(problem.text, 'en', **problem.values)}"
