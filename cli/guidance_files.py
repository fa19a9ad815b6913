"""`customs guidance import|export`: records of guidance from files and to files."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from cli.parts import desk_and_settings, officer_named
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.exports.records import ENDINGS, FORMATS, TEMPLATES, ExportRefused, export, records_on, template
from desk.guidance.permissions import GuidanceRefused
from desk.imports import apart, carrying_out
from desk.imports.files import File
from desk.imports.preview import HOWS, Preview, preview
from desk.imports.words import wrong_said

As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Lang = Annotated[str, typer.Option(help="vi or en: the words about the columns, the separator of CSV.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands of files beside the others of guidance."""
    app.command("import")(import_)
    app.command("export")(export_)
    app.command("template")(template_)


def import_(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, JSONL, DOCX, HTML, Markdown.")],
    officer: As,
    look: Annotated[bool, typer.Option("--preview", help="Only tell what would change.")] = False,
    submit: Annotated[bool, typer.Option(help="Hand the drafts to review at once.")] = False,
    publish: Annotated[bool, typer.Option(help="Publish a first load of own records at once.")] = False,
    approver: Annotated[str, typer.Option(help="Who vouches for what --publish publishes.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Import records as drafts, after telling what would change; a second import of the same file changes nothing."""
    if publish != bool(approver):
        refuse("--publish needs --approver, a second officer who vouches for the records, and --approver needs it.")
    desk, _ = desk_and_settings()
    file = File.read(path)
    given = apart.guidance(file)
    with desk.store.reading() as session:
        found = preview(session, given, officer_named(session, officer), desk.instruments)
    _tell(desk, file, found, as_json=as_json)
    if look or (not found.may_be_carried_out and not found.counts["wrong"]):
        return
    with desk.store.writing() as session:
        who, at, law = officer_named(session, officer), desk.now(), desk.instruments
        try:
            if publish:
                second = officer_named(session, approver)
                done = carrying_out.publish(session, file, given, who, second, law, at)
            else:
                done = carrying_out.carry_out(session, file, given, who, law, at, seen=found.fingerprint, submit=submit)
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))
    if not as_json:
        out.print(f"{len(done.drafts)} {'published' if publish else 'in review' if submit else 'drafts written'}")


def _tell(desk: Desk, file: File, found: Preview, *, as_json: bool) -> None:
    wrong = [wrong_said(desk.texts, one, "en") for line in found.lines for one in line.wrong]
    if as_json:
        lines = [
            {
                "entry": line.given.id,
                "how": line.how,
                "fields": [f"{d.field}_{d.language}" if d.language else d.field for d in line.differences()],
            }
            for line in found.lines
        ]
        print(json.dumps({"file": file.name, **found.counts, "lines": lines, "wrong_in": wrong}, ensure_ascii=False))
        return
    out.print(f"{file.name}: " + ", ".join(f"{how} {found.counts[how]}" for how in HOWS), markup=False, soft_wrap=True)
    for line in found.lines:
        if line.how in ("new", "changed"):
            fields = ", ".join(dict.fromkeys(difference.field for difference in line.differences()))
            out.print(f"  {line.how} {line.given.id} {fields}".rstrip(), markup=False, soft_wrap=True)
    for sentence in wrong:
        out.print(f"  {sentence}", markup=False, soft_wrap=True)


def export_(
    format: Annotated[str, typer.Option(help="jsonl, csv, xlsx, or yaml for a ZIP of a file a record.")] = "jsonl",
    to: Annotated[Path | None, typer.Option("--to", help="The file; default: guidance and its ending.")] = None,
    as_of: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: today.")] = None,
    lang: Lang = "en",
) -> None:
    """Export the guidance that holds on a day, so that it can be imported again."""
    wanted = next((known for known in FORMATS if known == format), None)
    if wanted is None:
        refuse(f"--format is one of {', '.join(FORMATS)}.")
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = records_on(session, as_of.date() if as_of is not None else desk.today())
    try:
        made = export(found, wanted, desk.texts, "vi" if lang == "vi" else "en")
    except ExportRefused as refused:
        refuse(str(refused))
    path = to or Path(f"guidance.{ENDINGS[wanted]}")
    path.write_bytes(made)
    out.print(f"{path.name}: {len(found)} entries", soft_wrap=True)


def template_(to: Annotated[Path, typer.Argument(help="The file: .csv, .xlsx or .md.")], lang: Lang = "en") -> None:
    """Write a file to be filled in, with the columns of a record and how each is written."""
    wanted = next((known for known in TEMPLATES if to.suffix == f".{known}"), None)
    if wanted is None:
        refuse(f"The name ends in one of {', '.join(TEMPLATES)}.")
    desk, _ = desk_and_settings()
    to.write_bytes(template(wanted, desk.texts, "vi" if lang == "vi" else "en"))
    out.print(to.name)
