"""`customs gaps`: what the guidance lacks, from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.gaps import listing, placing, service, standing
from desk.gaps.model import GapGroup, Kind, Reason
from desk.guidance.permissions import GuidanceRefused
from desk.people.model import Officer
from desk.ports import SearchUnavailable
from desk.shortening import shortened

app = typer.Typer(no_args_is_help=True, help="Gaps of the guidance: list, show, draft, variant, dismiss, reopen, …")

As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Number = Annotated[int, typer.Argument(help="The number of the group; see `customs gaps list`.")]
Questions = Annotated[list[str], typer.Option("--question", help="The id of a question; see `customs gaps show`.")]
#: What an officer does; returns what came of it, in words, or nothing.
Act = Callable[[Desk, Session, GapGroup, Officer], str | None]

#: At most so many groups, and so many questions of one, are listed at once.
LISTED, SHOWN = 200, 200


@app.command("list")
def list_(
    view: Annotated[str, typer.Option(help=f"One of {', '.join(listing.VIEWS)}.")] = "open",
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(Kind)}.")] = "",
    topic: Annotated[str, typer.Option(help="A group of the guidance.")] = "",
) -> None:
    """List the groups, the most asked first."""
    chosen = next((known for known in listing.VIEWS if known == view), None)
    if chosen is None or (kind and kind not in list(Kind)):
        refuse("There is no such view or kind; see --help.")
    desk, _ = desk_and_settings()
    table = Table("group", "state", "asked", "persons", "30 days", "nearest", "owner", "a question")
    with desk.store.reading() as session:
        wanted = listing.Wanted(chosen, Kind(kind) if kind else None, topic)
        found = listing.listed(session, wanted, limit=LISTED)
        for group in found.rows:
            told, owner = standing.demand(session, group, desk.now()), standing.owner(desk, session, group, "en")
            example = next(iter(standing.examples(desk, session, group, "en", 1)), None)
            near = f"{group.entry} ({group.likeness:.2f})" if group.entry and group.likeness is not None else ""
            row = (str(group.id), group.state, str(told.asked), str(told.persons), str(told.recent), near)
            words = shortened(example.text) if example else ""
            table.add_row(*row, owner.officer or owner.unit or "", words)
        groups, _asked = listing.counted(session, wanted)
    out.print(table)
    if groups > LISTED:
        out.print(f"{LISTED} of {groups:,} groups; see --kind and --topic.")


@app.command()
def show(number: Number) -> None:
    """Show a group: its demand, its questions without names, and what happened to it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        group = _known(session, number)
        told, owner = standing.demand(session, group, desk.now()), standing.owner(desk, session, group, "en")
        out.print(f"group {group.id}: {group.state}{f' ({group.reason})' if group.reason else ''}", markup=False)
        out.print(f"asked {told.asked} times by {told.persons} since {shown(told.since)}", markup=False)
        out.print(f"30 days: {told.recent}, before: {told.before} ({told.trend})", markup=False)
        out.print(f"nearest: {group.entry or '-'} {group.likeness or 0:.2f}", markup=False)
        out.print(f"owner: {owner.officer or owner.unit or 'the department'}", markup=False)
        if group.draft_id is not None:
            out.print(f"draft {group.draft_id}", markup=False)
        out.print("\n-- questions")
        for question in standing.questions(desk, session, group, "en", limit=SHOWN).rows:
            out.print(f"{question.id} {shown(question.asked_at)} {question.kind}: {question.text}", markup=False)
        out.print("\n-- what happened")
        for step in group.steps:
            who = step.officer.username if step.officer else "desk"
            out.print(f"{shown(step.at)} {who} {step.kind} {step.words or ''} {step.detail or ''}", markup=False)


@app.command()
def draft(number: Number, officer: As) -> None:
    """Begin new guidance with the questions of a group."""
    _act(number, officer, lambda d, s, g, o: f"draft {service.draft(d, s, g, o, 'vi').id}")


@app.command()
def variant(number: Number, entry: str, officer: As, question: Questions) -> None:
    """Add questions of a group to the ways to ask for an entry."""
    _act(number, officer, lambda d, s, g, o: f"draft {service.variant(d, s, g, o, entry, question, 'vi').id}")


@app.command()
def dismiss(
    number: Number,
    officer: As,
    reason: Annotated[str, typer.Option(help=f"One of {', '.join(Reason)}.")],
    words: Annotated[str, typer.Option(help="Why, in words.")] = "",
    entry: Annotated[str, typer.Option(help="The entry that answers it, where it is answered elsewhere.")] = "",
) -> None:
    """Close a group, until more ask."""
    _act(number, officer, lambda d, s, g, o: service.dismiss(d, s, g, o, reason, words, entry))


@app.command()
def reopen(number: Number, officer: As, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Open a group again."""
    _act(number, officer, lambda d, s, g, o: service.reopen(d, s, g, o, reason))


@app.command()
def merge(number: Number, into: Annotated[int, typer.Argument(help="The other group.")], officer: As) -> None:
    """Put all questions of a group into another."""
    _act(number, officer, lambda d, s, g, o: service.merge(d, s, g, _known(s, into, to_change=True), o))


@app.command("take-out")
def take_out(number: Number, officer: As, question: Questions) -> None:
    """Put some questions of a group into one of their own."""
    _act(number, officer, lambda d, s, g, o: f"group {service.take_out(d, s, g, o, question).id}")


@app.command("group")
def group_now() -> None:
    """Put into groups what waits for it, now; the clock does it by itself."""
    desk, _ = desk_and_settings()
    placed = 0
    try:
        while some := placing.group_some(desk):
            placed += some
    except SearchUnavailable as error:
        refuse(str(error))
    out.print(f"{placed} questions were put into groups.")


def _act(number: int, username: str, act: Act) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        found = _known(session, number, to_change=True)
        try:
            came_of_it = act(desk, session, found, officer_named(session, username))
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))
        out.print(" ".join(part for part in (f"group {found.id}: {found.state}", came_of_it) if part))


def _known(session: Session, number: int, *, to_change: bool = False) -> GapGroup:
    found = service.by_id(session, number, to_change=to_change)
    if found is None:
        refuse(f"There is no group {number}; see `customs gaps list`.")
    return found
