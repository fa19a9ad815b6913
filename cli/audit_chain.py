"""`customs audit verify` and `customs audit anchor`: whether anybody tampered with the audit."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from bootstrap.assembly import open_desk
from bootstrap.settings import read_settings
from cli.parts import shown
from cli.terminal import out, refuse
from desk.audit import guards
from desk.audit.chain import Anchor, BadAnchor
from desk.audit.guards import KeptBy
from desk.audit.sealing import end_of_chain
from desk.audit.verdict import Verdict
from desk.audit.verifying import verify as verify_chain
from desk.desk import Desk

#: How the command ends: the chain is whole, it is broken, or it could not be looked at. 2 is for what was typed wrong.
WHOLE, BROKEN, NOT_LOOKED_AT = 0, 1, 3

_KEPT_BY = {
    KeptBy.ROLE: "the rights of this database role, and triggers",
    KeptBy.TRIGGERS: "triggers only, which this database role can take away",
}


def verify(
    anchors: Annotated[
        list[str] | None,
        typer.Option("--anchor", help="What `customs audit anchor` printed once; may be given several times."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Check every seal and every entry of the audit. Ends with 0 whole, 1 broken, 3 not looked at."""
    kept = _anchors(anchors or [])
    desk = open_desk(read_settings())
    began = time.monotonic()
    try:
        verdict = verify_chain(desk.store, anchors=kept)
        with desk.store.reading() as session:
            kept_by = guards.kept_by(session)
    except DBAPIError as error:
        typer.echo(f"The audit could not be looked at: {error.orig}", err=True)
        raise typer.Exit(NOT_LOOKED_AT) from error
    seconds = time.monotonic() - began
    if as_json:
        print(json.dumps(_as_json(desk, verdict, kept, kept_by, seconds), ensure_ascii=False))
    else:
        _print(desk, verdict, kept, kept_by, seconds)
    raise typer.Exit(WHOLE if verdict.is_whole else BROKEN)


def anchor() -> None:
    """Print the newest seal's number and hash, to be kept where nobody who can write the database can reach it."""
    desk = open_desk(read_settings())
    try:
        with desk.store.reading() as session:
            end = end_of_chain(session)
    except DBAPIError as error:
        typer.echo(f"The audit could not be looked at: {error.orig}", err=True)
        raise typer.Exit(NOT_LOOKED_AT) from error
    if not end.number:
        typer.echo("Nothing is sealed yet; the clock process does it.", err=True)
        raise typer.Exit(BROKEN)
    print(Anchor(end.number, end.hash))


def _anchors(typed: Sequence[str]) -> list[Anchor]:
    try:
        return [Anchor.read(each) for each in typed]
    except BadAnchor as bad:
        refuse(f"--anchor {bad} is no anchor; it is a seal's number and hash, as `customs audit anchor` prints them.")


def _as_json(
    desk: Desk, verdict: Verdict, anchors: Sequence[Anchor], kept_by: KeptBy, seconds: float
) -> dict[str, object]:
    waiting = verdict.unsealed
    return {
        "whole": verdict.is_whole,
        "seals": verdict.seals,
        "entries": verdict.entries,
        "newest": str(verdict.newest) if verdict.newest is not None else None,
        "anchors": [str(each) for each in anchors],
        "broken": verdict.broken,
        "findings": [{**found.as_json(), "words": found.in_words(desk.texts, "en")} for found in verdict.findings],
        "unsealed": {
            "entries": waiting.entries,
            "oldest_at": waiting.oldest_at.isoformat() if waiting.oldest_at is not None else None,
            "oldest_seconds": round(waiting.seconds(desk.now()), 1),
        },
        "kept_by": kept_by.value,
        "seconds": round(seconds, 1),
    }


def _print(desk: Desk, verdict: Verdict, anchors: Sequence[Anchor], kept_by: KeptBy, seconds: float) -> None:
    out.print(f"{verdict.seals} seals over {verdict.entries} entries, looked at in {seconds:.1f} s")
    for found in verdict.findings:
        out.print(f"broken: {found.in_words(desk.texts, 'en')}", markup=False, soft_wrap=True)
    if verdict.broken > len(verdict.findings):
        out.print(f"and {verdict.broken - len(verdict.findings)} more broken places")
    if verdict.is_whole:
        held = f", and so are all {len(anchors)} anchors" if anchors else ""
        out.print(f"The audit is whole{held}.")
    waiting = verdict.unsealed
    if waiting.entries:
        oldest = f"the oldest of {shown(waiting.oldest_at)}, {waiting.seconds(desk.now()):.0f} s ago"
        out.print(f"not sealed yet: {waiting.entries} entries, {oldest}", soft_wrap=True)
    out.print(f"Changes are refused by {_KEPT_BY[kept_by]}.", soft_wrap=True)
