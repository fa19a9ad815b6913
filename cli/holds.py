"""`customs holds`: legal holds on cases, persons and enterprises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from cli.parts import day_named, desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.people.model import Officer
from desk.privacy import finding, holds
from desk.privacy.holds import HoldRefused
from desk.privacy.model import Hold

app = typer.Typer(no_args_is_help=True, help="Legal holds: place, list, prolong, lift.")
Reason = Annotated[str, typer.Option(help="Why; it is kept with the hold and in the audit.")]
Review = Annotated[str, typer.Option("--review", help="The day on which it is looked at again, as 2027-03-01.")]
By = Annotated[str, typer.Option("--as", help="The user name of the officer who decides; default: the operator.")]


@app.command()
def place(
    reason: Reason,
    review: Review,
    case: Annotated[str, typer.Option(help="The number of a case.")] = "",
    enterprise: Annotated[str, typer.Option(help="The tax code of an enterprise.")] = "",
    person: Annotated[str, typer.Option(help="The id of a person, as /desk/privacy/requests shows it.")] = "",
    by: By = "",
) -> None:
    """Hold one thing: nothing of it is forgotten or deleted before the hold is lifted."""
    given = [(kind, key) for kind, key in (("case", case), ("enterprise", enterprise), ("person", person)) if key]
    if len(given) != 1:
        refuse("Name one thing: --case, --enterprise or --person.")
    desk, _ = desk_and_settings()
    day = day_named(review, "--review")
    with desk.store.writing() as session, _refusing(desk):
        thing = finding.thing(session, *given[0])
        hold = holds.place(desk, session, thing, reason=reason, review_on=day, by=_officer(session, by))
        out.print(f"Hold {hold.id} on {holds.named(thing)}, to be reviewed on {day}.", markup=False)


@app.command("list")
def list_(
    lifted: Annotated[bool, typer.Option("--lifted", help="Those that were lifted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the holds, that with the next review first."""
    desk, _ = desk_and_settings()
    table = Table("hold", "on", "reason", "placed", "by", "review on", "lifted", "by", "why")
    with desk.store.reading() as session:
        for hold in holds.listed(session, None, lifted=lifted):
            if as_json:
                print(json.dumps(_told(desk, hold), ensure_ascii=False))
                continue
            due = " (due)" if holds.is_to_be_reviewed(hold, desk.today()) else ""
            table.add_row(
                str(hold.id),
                holds.named(holds.held(hold)),
                Text(hold.reason),
                shown(hold.placed_at),
                hold.placed_by,
                f"{hold.review_on}{due}",
                shown(hold.lifted_at),
                hold.lifted_by or "",
                Text(hold.lifted_reason),
            )
    if not as_json:
        out.print(table)


@app.command()
def prolong(hold: int, reason: Reason, review: Review, by: By = "") -> None:
    """The hold was reviewed and is still needed."""
    desk, _ = desk_and_settings()
    day = day_named(review, "--review")
    with desk.store.writing() as session, _refusing(desk):
        holds.prolong(desk, session, _hold(session, hold), reason=reason, review_on=day, by=_officer(session, by))
        out.print(f"Hold {hold} is to be reviewed on {day}.", markup=False)


@app.command()
def lift(hold: int, reason: Reason, by: By = "") -> None:
    """The hold ends: what it covered is forgotten in its time."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        holds.lift(desk, session, _hold(session, hold), reason=reason, by=_officer(session, by))
        out.print(f"Hold {hold} is lifted.", markup=False)


@contextmanager
def _refusing(desk: Desk) -> Iterator[None]:
    """End the command with the sentence of what was refused."""
    try:
        yield
    except HoldRefused as refused:
        refuse(desk.texts.say(refused.reason, "en"))


def _hold(session: Session, hold_id: int) -> Hold:
    found = holds.by_id(session, hold_id)
    if found is None:
        refuse(f"There is no hold {hold_id}; see `customs holds list`.")
    return found


def _officer(session: Session, username: str) -> Officer | None:
    return officer_named(session, username) if username else None


def _told(desk: Desk, hold: Hold) -> dict[str, object]:
    return {
        "hold": hold.id,
        "on": holds.named(holds.held(hold)),
        "reason": hold.reason,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at.isoformat(),
        "review_on": hold.review_on.isoformat(),
        "review_is_due": holds.is_to_be_reviewed(hold, desk.today()),
        "lifted_by": hold.lifted_by,
        "lifted_at": hold.lifted_at.isoformat() if hold.lifted_at is not None else None,
        "lifted_reason": hold.lifted_reason,
    }
