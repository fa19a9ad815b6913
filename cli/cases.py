"""`customs cases`: the officers' work from a terminal."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.alike import cases_alike
from cli.case_acts import As, act_as, add_to, case_numbered
from cli.case_figures import figures
from cli.parts import desk_and_settings, shown, unit_coded
from cli.terminal import out
from desk.cases import entering, listing
from desk.cases.model import OPEN_STATES, CaseEntry, CaseState
from desk.cases.officers import desk as officer_desk
from desk.shortening import shortened

app = typer.Typer(no_args_is_help=True, help="Cases: list, show, claim, reply, transfer, resolve, figures, …")
add_to(app)
app.command()(figures)
app.command("alike")(cases_alike)


#: At most so many cases are listed at once.
LISTED = 500


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Resolved and closed ones too.")] = False,
    unit: Annotated[str, typer.Option(help="Only those of the unit with this code and of the units below it.")] = "",
) -> None:
    """List the cases, the one that is due first at the top."""
    desk, _ = desk_and_settings()
    states = tuple(CaseState) if everything else OPEN_STATES
    table = Table("number", "state", "due", "unit", "officer", "question")
    with desk.store.reading() as session:
        within = unit_coded(session, unit) if unit else None
        found = listing.listed(session, states, limit=LISTED, within=within)
        for case in found.cases:
            holder = case.holder.username if case.holder else ""
            question = shortened(case.question)
            table.add_row(case.number, case.state.value, shown(case.due_at), case.unit.code, holder, question)
    out.print(table)
    if found.count > LISTED:
        out.print(f"{LISTED} of {_counted(found.count)} cases; see --unit.")


def _counted(count: int) -> str:
    return f"{count:,}" if count < listing.COUNTED else f"{listing.COUNTED - 1:,}+"


@app.command()
def show(number: str) -> None:
    """Show a case with its conversation, its thread, what became of each reply, and the law that bears on it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        case = case_numbered(session, number)
        out.print(f"{case.number} ({case.state.value}), {case.urgency}, due {shown(case.due_at)}", markup=False)
        out.print(f"{case.unit.code} {case.unit.name_vi} (found by {case.unit_found_by})", markup=False)
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
            who = entry.officer.username if entry.officer else entering.made_by(entry.kind)
            out.print(f"{shown(entry.at)} {who} {entry.kind}{state} {entry.text or _as_spam(entry)}", markup=False)
        out.print("\n-- related law")
        for passage in officer_desk.related_law(desk, session, case, "vi").passages:
            out.print(": ".join(part for part in (passage.name, passage.heading) if part), style="bold", markup=False)
            out.print(passage.text, markup=False)


def _as_spam(entry: CaseEntry) -> str:
    return f"as spam: {entry.detail['spam']}" if "spam" in entry.detail else ""


@app.command()
def claim(number: str, officer: As) -> None:
    """Take a waiting case."""
    act_as(number, officer, officer_desk.claim)


@app.command()
def reply(number: str, text: str, officer: As) -> None:
    """Reply to the enterprise; the courier delivers it, on some topics only once a head has signed it."""
    act_as(number, officer, lambda desk, session, case, who: officer_desk.reply(desk, session, case, who, text))


@app.command()
def resolve(number: str, officer: As) -> None:
    """Close the matter; the enterprise is asked for a rating."""
    act_as(number, officer, officer_desk.resolve)
