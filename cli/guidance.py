"""`customs guidance`: what is published, and bringing in what ships."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from bootstrap.golden import load_golden
from cli import guidance_drafts, guidance_files, guidance_gate, guidance_lint
from cli.ask import with_search
from cli.parts import AsOf, day_named, day_of, desk_and_settings, officer_named
from cli.terminal import out, refuse
from desk.answering import trying
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.coverage import as_markdown, read_left_out
from desk.guidance.drafts.moments import day_in
from desk.guidance.earlier.reading import read_shipped
from desk.guidance.permissions import GuidanceRefused
from desk.guidance.record import LANGUAGES, read_records

app = typer.Typer(
    no_args_is_help=True, help="Guidance: list, show, load, confirm, withdraw; drafts and their review; lint."
)
guidance_drafts.add_to(app)
guidance_gate.add_to(app)
guidance_lint.add_to(app)
guidance_files.add_to(app)
As = Annotated[str, typer.Option("--as", help="The user name of the curator who decides.")]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List what is published."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        corpus = guidance.corpus(session)
        rows = [
            (e.entry, e.version, e.record.group, guidance.is_confirmed(session, e.entry), e.record.title.vi)
            for e in corpus.entries
        ]
    if as_json:
        names = ("entry", "version", "group", "confirmed", "title")
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False))
        return
    table = Table("entry", "version", "group", "confirmed", "title", title=f"publication {corpus.publication_no}")
    for entry, version, group, confirmed, title in rows:
        table.add_row(entry, str(version), group, "yes" if confirmed else "no", title)
    out.print(table)


@app.command()
def show(entry: str, as_of: AsOf = None) -> None:
    """Show the version of an entry that is in force today, or on a day, as JSON."""
    desk, _ = desk_and_settings()
    day = day_of(as_of, desk)
    with desk.store.reading() as session:
        version = versions.in_force(session, entry, day)
        if version is None:
            refuse(f"No published version of {entry!r} is in force {'today' if day == desk.today() else f'on {day}'}.")
        print(json.dumps(version.content, ensure_ascii=False, indent=2))


@app.command("try")
def try_(
    question: Annotated[str, typer.Argument(help="The question, in Vietnamese or English.")],
    lang: Annotated[str, typer.Option(help="Answer in vi or en; default: the question's language.")] = "",
    as_of: Annotated[str, typer.Option(help="The day whose law is meant, as YYYY-MM-DD; default: today.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Try a question in all three ways of typing: what would be answered, and why. Nothing is kept."""
    wanted = next((known for known in LANGUAGES if known == lang), None)
    if lang and wanted is None:
        refuse("--lang is vi or en.")
    day = day_named(as_of) if as_of else None
    desk, settings = desk_and_settings()
    trial = trying.try_out(with_search(desk, settings), question.strip()[: trying.LENGTH], wanted, day)
    if as_json:
        print(json.dumps(trying.as_data(trial), ensure_ascii=False))
        return
    for tried in trial.ways:
        mark = "  ≠ differs from the first way" if trial.differs(tried) else ""
        out.print(f"\n-- {desk.texts.say(f'trial.way.{tried.way}', 'en')}: {tried.text}{mark}", markup=False)
        for part in tried.parts:
            _print_part(desk, trial, part)


def _print_part(desk: Desk, trial: trying.Trial, part: trying.TriedPart) -> None:
    name, shares = trying.why(part, trial.thresholds)
    why = desk.texts.say(name, "en", **{key: f"{share:.1%}" for key, share in shares.items()})
    ended = part.entry or ", ".join(part.offered)
    out.print(f"{part.answer.outcome.value} {ended}\n{why}\n\n{part.answer.utterance.as_text()}\n", markup=False)
    table = Table("entry", "confidence", "words", "meaning", "joint", "title")
    for candidate in part.answer.considered:
        hit = candidate.hit
        scores = ("" if score is None else f"{score:.3f}" for score in (hit.lexical, hit.semantic, hit.joint))
        table.add_row(hit.entry, f"{hit.confidence:.1%}", *scores, candidate.title(part.answer.language))
    out.print(table)


@app.command()
def check() -> None:
    """Check the records that ship: complete, and citing known law; ends with an error otherwise."""
    desk, settings = desk_and_settings()
    records, earlier = read_shipped(settings.content_dir)
    desk.instruments.check([*records, *earlier])
    out.print(f"{len(records)} records and {len(earlier)} texts of earlier days are complete.")


@app.command()
def coverage() -> None:
    """Print what the records that ship cover and what they leave to officers, as docs/guidance.md has it."""
    desk, settings = desk_and_settings()
    records = read_records(settings.content_dir / "guidance")
    print(as_markdown(records, read_left_out(settings.content_dir / "left_out.yml"), desk.texts), end="")


@app.command()
def load() -> None:
    """Load the records that ship; a curator's text is never overwritten."""
    desk, settings = desk_and_settings()
    records, earlier = read_shipped(settings.content_dir)
    desk.instruments.check([*records, *earlier])
    with desk.store.writing() as session:
        report = guidance.load_shipped(session, records, at=desk.now(), earlier=earlier)
    loaded = load_golden(desk, settings)
    out.print(
        f"published {len(report.published)}, changed {len(report.changed)}, for review {len(report.for_review)}, "
        f"removed {len(report.removed)}, unchanged {len(report.unchanged)}, of earlier days {len(report.earlier)}"
    )
    if loaded is not None:
        out.print(f"golden questions: added {loaded.added}, closed {loaded.closed}, unchanged {loaded.unchanged}")


@app.command()
def confirm(entry: str, curator: As) -> None:
    """Confirm a shipped entry in the name of this authority."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        officer = officer_named(session, curator)
        try:
            guidance.confirm(session, entry, by=officer.actor, at=desk.now())
        except guidance.NotPublished:
            refuse(f"There is no entry {entry!r}.")


@app.command()
def withdraw(
    entry: str,
    curator: As,
    reason: Annotated[str, typer.Option(help="Why it is taken out.")],
    last_day: Annotated[
        str, typer.Option("--last-day", help="Until when the rule held, as 2027-02-28; default: it was never right.")
    ] = "",
) -> None:
    """Take an entry out of service at once."""
    desk, _ = desk_and_settings()
    try:
        last = day_in(last_day)
    except GuidanceRefused as refused:
        refuse(desk.texts.say(refused.reason, "en"))
    with desk.store.writing() as session:
        officer = officer_named(session, curator)
        try:
            guidance.withdraw(session, entry, by=officer.actor, reason=reason, at=desk.now(), last_day=last)
        except guidance.NotPublished:
            refuse(f"No version of {entry!r} is published.")
