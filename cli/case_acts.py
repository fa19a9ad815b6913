"""The further commands of `customs cases`: return, transfer, take over, note, ask, sign, return a draft, duty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, officer_named
from cli.terminal import out, refuse
from desk.cases import permissions, queries
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.desk import Desk
from desk.gaps import from_replies
from desk.people import service as people
from desk.people.model import Officer
from desk.units import service as units

As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; colleagues read it, the enterprise does not.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to those of `customs cases`."""
    app.command("return")(return_)
    app.command()(transfer)
    app.command("take-over")(take_over)
    app.command()(note)
    app.command()(ask)
    app.command()(sign)
    app.command("return-draft")(return_draft)
    app.command()(spam)
    app.command()(reopen)
    app.command()(duty)
    app.command("draft-guidance")(draft_guidance)


def return_(number: str, officer: As, reason: Reason = "") -> None:
    """Give a case back to those that wait."""
    act_as(number, officer, lambda desk, session, case, who: officer_desk.give_back(desk, session, case, who, reason))


def transfer(
    number: str,
    unit: str,
    reason: Reason,
    officer: As,
    to: Annotated[str, typer.Option("--to", help="The user name of the colleague who is to hold it.")] = "",
) -> None:
    """Pass a case on to the unit of this code."""

    def pass_on(desk: Desk, session: Session, case: Case, who: Officer) -> None:
        found = units.by_code(session, unit)
        if found is None:
            raise permissions.CaseRefused("officer.no_such_unit")
        colleague = officer_named(session, to) if to else None
        officer_desk.transfer(desk, session, case, who, found, reason, colleague)

    act_as(number, officer, pass_on)


def take_over(number: str, officer: As) -> None:
    """As the head of its unit, take a case from the officer who holds it."""
    act_as(number, officer, officer_desk.take_over)


def note(number: str, text: str, officer: As) -> None:
    """Leave a note that the enterprise does not see."""
    act_as(number, officer, lambda desk, session, case, who: officer_desk.note(desk, session, case, who, text))


def ask(number: str, text: str, officer: As) -> None:
    """Ask the enterprise for information; the time to answer stands still until it replies."""
    act_as(number, officer, lambda desk, session, case, who: officer_desk.ask(desk, session, case, who, text))


def sign(number: str, officer: As) -> None:
    """As a head, sign the draft of a reply, which is sent at once."""
    act_as(number, officer, officer_desk.sign)


def return_draft(number: str, reason: Reason, officer: As) -> None:
    """As a head, send the draft of a reply back to whoever wrote it."""
    act_as(
        number, officer, lambda desk, session, case, who: officer_desk.return_draft(desk, session, case, who, reason)
    )


def spam(number: str, reason: Reason, officer: As) -> None:
    """Put a case away that asks nothing: the enterprise is told nothing and asked for no rating."""
    act_as(
        number, officer, lambda desk, session, case, who: officer_desk.resolve_as_spam(desk, session, case, who, reason)
    )


def reopen(number: str, officer: As) -> None:
    """As a head, open a case again that was put away as spam."""
    act_as(number, officer, officer_desk.reopen)


def draft_guidance(number: str, officer: As) -> None:
    """Make a draft of guidance from the last reply of a case; who writes no guidance proposes it to curators."""

    def act(desk: Desk, session: Session, case: Case, who: Officer) -> None:
        draft = from_replies.draft_from(desk, session, case, who, "vi")
        out.print(f"draft {draft.id}: {draft.state}, by {draft.author.username}", markup=False)

    act_as(number, officer, act)


def duty(
    officer: Annotated[str, typer.Argument(help="The user name of the officer.")],
    state: Annotated[str, typer.Argument(help="on or off")],
) -> None:
    """Begin or end an officer's duty: whether they are told of new cases in Telegram."""
    if state not in ("on", "off"):
        refuse("The duty is on or off.")
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        people.set_duty(session, officer_named(session, officer), state == "on", by="operator", at=desk.now())
    out.print(f"{officer}: {state} duty")


def act_as(number: str, username: str, act: Callable[[Desk, Session, Case, Officer], object]) -> None:
    """Carry out an act in the officer's name, or say why it is refused."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        case = case_numbered(session, number)
        try:
            act(desk, session, case, officer_named(session, username))
        except permissions.CaseRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", number=case.number))
        out.print(f"{case.number}: {case.state.value}")


def case_numbered(session: Session, number: str) -> Case:
    case = queries.by_number(session, number)
    if case is None:
        refuse(f"There is no case {number!r}.")
    return case
