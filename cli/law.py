"""`customs law`: the text of the law, brought in, shown, searched and taken out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli import law_impact, law_instruments
from cli.ask import with_search
from cli.parts import AsOf, day_of, desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.answering.outcome import Outcome
from desk.answering.question import Question
from desk.conversations.language import choose
from desk.desk import Desk
from desk.guidance.permissions import GuidanceRefused
from desk.guidance.record import Citation
from desk.imports import apart, law_text
from desk.imports.files import File
from desk.law import service as law
from desk.law.citations.writing import written
from desk.law.instruments import place
from desk.law.reading import Reading
from desk.ports import LawArticle

app = typer.Typer(
    no_args_is_help=True, help="Legal instruments, their text (import, list, show, cite, remove, search) and impact."
)
app.add_typer(law_instruments.app, name="instruments")
law_impact.add_to(app)
As = Annotated[str, typer.Option("--as", help="The user name of the curator who decides.")]
Number = Annotated[str, typer.Argument(help="The official number of the instrument, such as 54/2014/QH13.")]
Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Text, Markdown, DOCX, PDF, HTML, JSONL.")],
    instrument: Annotated[str, typer.Option(help="The official number of the instrument.")],
    curator: As,
    left_out: Annotated[bool, typer.Option(help="Print the lines that belong to no article.")] = False,
    look: Annotated[bool, typer.Option("--preview", help="Only tell what would change.")] = False,
) -> None:
    """Import the text of an instrument; it takes the place of the text imported before."""
    desk, _ = desk_and_settings()
    if instrument not in desk.instruments:
        refuse(
            f"There is no instrument {instrument!r}: enter it with `customs law instruments add` "
            "(the shape is that of content/law/instruments.yml), and import again."
        )
    reading = apart.law(File.read(file), instrument)
    report = _preview(desk, instrument, reading) if look else _carry_out(desk, instrument, reading, curator)
    out.print(
        f"{instrument}: new {report.new}, changed {report.changed}, removed {report.removed}, "
        f"unchanged {report.unchanged}; {len(reading.left_out)} lines belong to no article",
        soft_wrap=True,
    )
    if left_out:
        for line in reading.left_out:
            out.print(f"{line.number:>6}  {line.text}", markup=False, soft_wrap=True)


def _preview(desk: Desk, instrument: str, reading: Reading) -> law.ImportReport:
    with desk.store.reading() as session:
        found = law_text.preview(session, instrument, reading)
    for change in found.changes:
        out.print(f"  {change.how} {change.article}", markup=False, soft_wrap=True)
    return found.report


def _carry_out(desk: Desk, instrument: str, reading: Reading, curator: str) -> law.ImportReport:
    with desk.store.writing() as session:
        officer = officer_named(session, curator)
        try:
            return law_text.carry_out(session, instrument, reading, officer, desk.instruments, desk.now())
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the instruments whose text is in the store."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        texts = law.instruments_with_text(session)
    if as_json:
        names = ("instrument", "articles", "imported_at", "imported_by")
        rows = [(t.instrument, t.articles, t.imported_at.isoformat(), t.imported_by) for t in texts]
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False))
        return
    table = Table("instrument", "articles", "state today", "imported", "by")
    for text in texts:
        state = desk.related_law.state_on(text.instrument, desk.today())
        table.add_row(text.instrument, str(text.articles), state, shown(text.imported_at), text.imported_by)
    out.print(table)


@app.command()
def show(
    number: Number,
    article: Annotated[str | None, typer.Argument(help="Only this article, such as 25 or 16a.")] = None,
    as_json: Json = False,
) -> None:
    """Show the text of an instrument, or of one of its articles, as it was imported."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        articles = law.articles_of(session, number)
    if not articles:
        refuse(f"No text of {number!r} is in the store; see `customs law list`.")
    wanted = [one for one in articles if article is None or one.article == article]
    if not wanted:
        refuse(f"The text of {number!r} has no article {article!r}.")
    if as_json:
        print(json.dumps([asdict(one) for one in wanted], ensure_ascii=False))
        return
    for one in wanted:
        out.print(f"{_headed(one)}\n{one.text}\n", markup=False, soft_wrap=True)


@app.command()
def cite(
    text: Annotated[str, typer.Argument(help="A text that cites the law, in Vietnamese or English.")],
    as_of: AsOf = None,
    within: Annotated[str, typer.Option(help="The instrument of whose own text it is.")] = "",
    as_json: Json = False,
) -> None:
    """Read the citations in a text: instrument, article, clause and point, or why it is not certain which."""
    desk, _ = desk_and_settings()
    found = desk.citations.find(text, within=within or None, as_of=day_of(as_of, desk))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    if not found:
        out.print("No citation was found.")
        return
    table = Table("letters", "instrument", "article", "clause", "point", "in words")
    for one in found:
        said = written(one.instrument, one, "vi", desk.instruments) if one.instrument and not one.doubt else ""
        doubt = f"{one.doubt}: {', '.join(one.candidates)}".rstrip(": ") if one.doubt else ""
        parts = (one.article or "", one.clause or "", one.point or "")
        table.add_row(f"{one.start}-{one.end}", one.instrument or "?", *parts, said or doubt)
    out.print(table)


@app.command()
def remove(number: Number, curator: As) -> None:
    """Take the text of an instrument out of the store and the search."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        officer = officer_named(session, curator)
        try:
            articles = law.remove_text(session, number, by=officer.actor, at=desk.now())
        except law.NotImported:
            refuse(f"No text of {number!r} is in the store; see `customs law list`.")
    out.print(f"{number}: removed {articles}")


@app.command()
def search(text: str, as_of: AsOf = None, as_json: Json = False) -> None:
    """Search the law for places that bear on a text, the best first; related reading, never an answer."""
    desk, settings = desk_and_settings()
    language = choose(choice=None, text=text, conversation=None, channel_hint=None)
    desk = with_search(desk, settings)
    day = day_of(as_of, desk)
    found = desk.answering.look_up(Question(text, language, day))
    if found.outcome is Outcome.ERROR_SEARCH:
        refuse("The search is not available now; try again in a moment.")
    passages = desk.related_law.passages(found.law, "vi", day)
    if as_json:
        rows = [{**asdict(hit), "place": passage.name} for hit, passage in zip(found.law, passages, strict=True)]
        print(json.dumps(rows, ensure_ascii=False))
        return
    if not passages:
        out.print("No place in the law was found; `customs law list` tells which texts are searched.", soft_wrap=True)
    for hit, passage in zip(found.law, passages, strict=True):
        out.print(f"{hit.confidence:.2f}  {passage.name}", style="bold", markup=False, soft_wrap=True)
        out.print(f"{passage.text}\n", markup=False, soft_wrap=True)


def _headed(article: LawArticle) -> str:
    where = place(Citation(instrument=article.instrument, article=article.article or None), "vi")
    return ". ".join(part for part in (where, article.heading) if part)
