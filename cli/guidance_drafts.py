"""`customs guidance drafts|draft|submit|approve|plan|return|retire|discard`: what the console does with drafts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.ask import with_search
from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance import versions
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.drafts.cautions import cautions
from desk.guidance.drafts.differences import differences
from desk.guidance.drafts.moments import day_in, moment_in
from desk.guidance.drafts.moments import plan as plan_draft
from desk.guidance.gate import service as gates
from desk.guidance.gate.passing import Override
from desk.guidance.gate.verdict import kept
from desk.guidance.lint import words
from desk.guidance.model import OPEN, DraftKind, GuidanceDraft
from desk.guidance.permissions import GuidanceRefused
from desk.law.instruments import Instruments
from desk.people.model import Officer
from desk.yaml_file import read_yaml

As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Number = Annotated[int, typer.Argument(help="The number of the draft; see `customs guidance drafts`.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Act = Callable[[Desk, Session, GuidanceDraft, Officer], object]


def add_to(app: typer.Typer) -> None:
    """Put the commands of drafts beside the others of guidance."""
    for command in (draft, submit, approve, plan, retire, discard):
        app.command()(command)
    app.command("take-back")(take_back)
    app.command("drafts")(list_)
    app.command("draft-show")(show)
    app.command("return")(return_)


def list_() -> None:
    """List the open drafts."""
    desk, _ = desk_and_settings()
    table = Table("draft", "entry", "kind", "state", "author", "edited", "moment")
    with desk.store.reading() as session:
        for found in session.scalars(select(GuidanceDraft).where(GuidanceDraft.state.in_(OPEN)).order_by("id")):
            author, edited = found.author.username, shown(found.edited_at)
            table.add_row(
                str(found.id), found.entry_id or "", found.kind, found.state, author, edited, shown(found.publish_at)
            )
    out.print(table)


def show(number: Number) -> None:
    """Show what a draft changes, as JSON: each field that differs, with its words as they were and would be."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = _known(session, number)
        new = {} if found.kind == DraftKind.RETIRE else found.content
        told = [
            {
                "field": difference.field,
                "language": difference.language,
                "before": ["".join(piece.text for piece in line) for line in difference.before()],
                "after": ["".join(piece.text for piece in line) for line in difference.after()],
            }
            for difference in differences(draft_standing.base_of(session, found), new)
        ]
        print(json.dumps({"draft": number, "reason": found.reason, "changes": told}, ensure_ascii=False, indent=2))


def draft(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A record, as content/guidance/ has them.")],
    officer: As,
    reason: Annotated[str, typer.Option(help="What changes and why, for the reviewer.")] = "",
    corrects: Annotated[
        bool | None, typer.Option("--corrects/--changes", help="The published text was wrong; or the rule changes.")
    ] = None,
) -> None:
    """Write a record into a draft of its entry: your own open one, or a new one; it may be incomplete."""
    desk, _ = desk_and_settings()
    content = read_yaml(file)
    if not isinstance(content, dict) or not isinstance(content.get("id"), str):
        refuse(f"{file.name} is no record with an id.")
    plain = json.loads(json.dumps(content, default=str))
    with desk.store.writing() as session:
        author, at = officer_named(session, officer), desk.now()
        try:
            found = draft_standing.open_of(session, plain["id"])
            if found is None:
                is_known = versions.newest(session, plain["id"]) is not None
                found = draft_opening.open_edit(session, plain["id"], author, at) if is_known else None
            found = found or draft_opening.open_new(session, author, at)
            drafts.save(session, found, author, plain, reason=reason, revision=found.revision, at=at, corrects=corrects)
        except GuidanceRefused as refused:
            refuse(_said(desk, refused))
        lacks = len(draft_standing.problems(session, found, _law(desk), desk.today()))
        out.print(f"draft {found.id} of {found.entry_id}: {lacks} problems")
        for caution in cautions(found, draft_standing.base_of(session, found)):
            out.print(desk.texts.say(caution, "en"), markup=False)


def submit(number: Number, officer: As) -> None:
    """Hand a draft to a reviewer; tells field by field what it lacks."""
    _act(number, officer, lambda d, s, f, o: drafts.submit(s, f, o, _law(d), revision=f.revision, at=d.now()))


def approve(
    number: Number,
    officer: As,
    override: Annotated[
        str, typer.Option(help="Why it goes on against its golden questions, as `customs guidance gate` told them.")
    ] = "",
) -> None:
    """Publish what another wrote, or retire what another proposed to; see `customs guidance draft-show` first.

    The golden questions are tried where they were not yet. A draft with a moment waits for it.
    """
    desk, settings = desk_and_settings()
    with desk.store.reading() as session:
        read = kept(_known(session, number).gate)
    if override and read is None:
        refuse(f"Look first at what you override: `customs guidance gate {number}`.")
    gates.run_if_stale(with_search(desk, settings), number)
    given = Override(override, read.seal()) if override and read is not None else None
    _act(
        number,
        officer,
        lambda d, s, f, o: drafts.approve(s, f, o, _law(d), revision=f.revision, at=d.now(), override=given),
    )


def plan(
    number: Number,
    officer: As,
    at: Annotated[str, typer.Option(help='The moment in Viet Nam, as "2027-03-01 00:00"; without: on approval.')] = "",
) -> None:
    """Set or move the moment from which a draft is to be in service; without one, what waits is published now."""
    _act(number, officer, lambda d, s, f, o: plan_draft(s, f, o, moment_in(at), revision=f.revision, at=d.now()))


def take_back(number: Number, officer: As) -> None:
    """Go on writing what you submitted, also where it waits for its moment."""
    _act(number, officer, lambda d, s, f, o: drafts.take_back(s, f, o, d.now()))


def return_(number: Number, officer: As, reason: Reason) -> None:
    """Give a draft back to its author."""
    _act(number, officer, lambda d, s, f, o: drafts.return_to_author(s, f, o, reason, d.now()))


def discard(number: Number, officer: As, reason: Reason) -> None:
    """Give your draft up."""
    _act(number, officer, lambda d, s, f, o: drafts.discard(s, f, o, reason, d.now()))


def retire(
    entry: str,
    officer: As,
    reason: Reason,
    last_day: Annotated[
        str, typer.Option("--last-day", help="The last day of the rule, as 2027-02-28; its text stays for those days.")
    ] = "",
) -> None:
    """Propose to take an entry out of service; another person approves it."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        try:
            found = draft_opening.propose_retirement(
                session, entry, officer_named(session, officer), reason, desk.now(), last_day=day_in(last_day)
            )
        except GuidanceRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"draft {found.id}: {found.state}")


def _act(number: int, username: str, act: Act) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        found = _known(session, number, to_change=True)
        try:
            act(desk, session, found, officer_named(session, username))
        except GuidanceRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"draft {found.id} of {found.entry_id}: {found.state}")


def _known(session: Session, number: int, *, to_change: bool = False) -> GuidanceDraft:
    found = draft_standing.by_id(session, number, to_change=to_change)
    if found is None:
        refuse(f"There is no draft {number}; see `customs guidance drafts`.")
    return found


def _said(desk: Desk, refused: GuidanceRefused) -> str:
    said = [desk.texts.say(refused.reason, "en", **refused.values)]
    if isinstance(refused, draft_standing.Incomplete):
        said += [f"{p.path}: {words.say(desk.texts, p.text, p.values, 'en')}" for p in refused.problems]
    return "\n".join(said)


def _law(desk: Desk) -> Instruments:
    return desk.instruments
