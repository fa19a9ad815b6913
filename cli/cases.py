"""`customs cases`: the officers' work from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.case_figures import figures
from cli.parts import desk_and_settings, officer_named, out, refuse, shown
from desk.cases import officer_desk, queries
from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.cases.words import shortened
from desk.desk import Desk
from desk.people.model import Officer

app = typer.Typer(no_args_is_help=True, help="Cases: list, show, claim, reply, return, resolve, figures.")
app.command()(figures)
As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]


@app.command("list")
def list_(everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False) -> None:
    """List the cases, the one that is due first at the top."""
    desk, _ = desk_and_settings()
    states = [state for state in CaseState if everything or state is not CaseState.RESOLVED]
    table = Table("number", "state", "due", "officer", "question")
    with desk.store.reading() as session:
        for case in queries.in_state(session, *states):
            holder = case.holder.username if case.holder else ""
            table.add_row(case.number, case.state.value, shown(case.due_at), holder, shortened(case.question))
    out.print(table)


@app.command()
def show(number: str) -> None:
    """Show a case with its conversation, its thread, what became of each reply, and the law that bears on it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        case = _case(session, number)
        out.print(f"{case.number} ({case.state.value}), {case.urgency}, due {shown(case.due_at)}", markup=False)
        out.print(f"{case.enterprise_name or '-'} | {case.tax_code or '-'} | {case.contact or '-'}", markup=False)
        out.print(f"\n{case.question}\n{case.details or ''}", markup=False)
        out.print("\n-- conversation")
        for message in officer_desk.conversation_of(session, case):
            out.print(f"{shown(message.at)} {message.author}: {message.text}", markup=False)
        out.print("\n-- thread")
        deliveries = officer_desk.deliveries_of(session, case)
        for entry in case.entries:
            delivery = deliveries.get(entry.message_order or 0)
            state = f" [{delivery.state}]" if delivery else ""
            who = entry.officer.username if entry.officer else "person"
            out.print(f"{shown(entry.at)} {who} {entry.kind}{state} {entry.text or ''}", markup=False)
        out.print("\n-- related law")
        for passage in officer_desk.related_law(desk, session, case, "vi").passages:
            out.print(": ".join(part for part in (passage.name, passage.heading) if part), style="bold", markup=False)
            out.print(passage.text, markup=False)


@app.command()
def claim(number: str, officer: As) -> None:
    """Take a waiting case."""
    _act(number, officer, officer_desk.claim)


@app.command("return")
def return_(number: str, officer: As) -> None:
    """Give a case back to those that wait."""
    _act(number, officer, officer_desk.give_back)


@app.command()
def reply(number: str, text: str, officer: As) -> None:
    """Reply to the enterprise; the courier delivers it."""
    _act(number, officer, lambda desk, session, case, who: officer_desk.reply(desk, session, case, who, text))


@app.command()
def resolve(number: str, officer: As) -> None:
    """Close the matter; the enterprise is asked for a rating."""
    _act(number, officer, officer_desk.resolve)


def _act(number: str, username: str, act: Callable[[Desk, Session, Case, Officer], object]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        case = _case(session, number)
        try:
            act(desk, session, case, officer_named(session, username))
        except cases.CaseRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", number=case.number))
        out.print(f"{case.number}: {case.state.value}")


def _case(session: Session, number: str) -> Case:
    case = queries.by_number(session, number)
    if case is None:
        refuse(f"There is no case {number!r}.")
    return case
