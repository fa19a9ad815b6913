"""`customs questionnaires`: what a unit asks its people, from the file to the published results."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli import questionnaire_export, questionnaire_results
from cli.parts import day_named, desk_and_settings, officer_named, shown, unit_coded
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.people.model import Officer
from desk.questionnaires import publishing, reading, results, sampling, service, written
from desk.questionnaires.model import QuestionKind, Questionnaire
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import heading_of
from desk.questionnaires.tracking import tracked
from desk.units.model import DEPARTMENT

app = typer.Typer(
    no_args_is_help=True,
    help="Questionnaires: list, show, load, open, close, results, export, release, publish, discard.",
)
app.command("export")(questionnaire_export.export)
LISTED = 50
As = Annotated[str, typer.Option("--as", help="The user name of the officer who acts.")]
Number = Annotated[int, typer.Argument(help="The number of the questionnaire; see `customs questionnaires list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the newest questionnaires."""
    desk, _ = desk_and_settings()
    table = Table("id", "unit", "title", "state", "anonymous", "opened", "last day", "people", "finished")
    rows = []
    with desk.store.reading() as session:
        for one in service.listed(session, None, limit=LISTED).rows:
            finished = tracked(session, one).finished
            rows.append({"id": one.id, "unit": one.unit.code, "title": one.title_en, "state": one.state})
            rows[-1] |= {"people": one.people, "finished": finished}
            people, last = str(one.people or ""), one.last_day.isoformat() if one.last_day else ""
            kind = "yes" if one.anonymous else "no"
            when = shown(one.opened_at)
            table.add_row(str(one.id), one.unit.code, one.title_en, one.state, kind, when, last, people, str(finished))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        out.print(table)


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Show the questions, who would be asked and who is left out, and how far the invitations have come."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = _found(session, number)
        told: dict[str, Any] = {"id": found.id, "state": found.state, "title": found.title_en, "sample": found.sample}
        told["questions"] = [question.text_en for question in found.questions]
        if found.opened_at is None:
            preview = sampling.preview(desk, session, found)
            told |= {"fit": preview.found, "would_be_asked": preview.asked, "left_out": dict(preview.left_out)}
        else:
            told |= asdict(tracked(session, found))
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name == "questions":
            for place, question in enumerate(value, start=1):
                out.print(f"  {place}. {question}", markup=False)
        else:
            out.print(f"{name.replace('_', ' ')}: {value}", markup=False)


@app.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file as in content/questionnaires/.")],
    officer: As,
    unit: Annotated[str, typer.Option(help="The unit that asks.")] = DEPARTMENT,
) -> None:
    """Keep a questionnaire from a file as a draft; nobody is asked by this."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        try:
            plan = reading.read(file.read_text(encoding="utf-8"))
            made = service.make(desk, session, unit_coded(session, unit), plan, officer_named(session, officer))
        except QuestionnaireRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"questionnaire {made.id}: {made.state}")


@app.command("open")
def open_(
    number: Number,
    officer: As,
    people: Annotated[int, typer.Option(help="How many are to be asked, as `show` told you.")],
    last_day: Annotated[str, typer.Option(help="Until when one may answer, as 2026-12-31; as kept if not given.")] = "",
) -> None:
    """Draw the sample and begin to send; from now on the questions no longer change."""

    def act(desk: Desk, session: Session, found: Questionnaire, who: Officer) -> None:
        if last_day:
            heading = heading_of(found)
            until = day_named(last_day, "--last-day")
            service.edit(desk, session, found, replace(heading, last_day=until), who)
        service.open_(desk, session, found, who, people=people)

    _act(number, officer, act)


@app.command()
def close(number: Number, officer: As) -> None:
    """Take no more answers; what was not handed in is deleted."""
    _act(number, officer, service.close)


@app.command()
def discard(number: Number, officer: As) -> None:
    """Throw a draft away."""
    _act(number, officer, service.discard, gone=True)


@app.command()
def release(
    number: Number,
    answer: Annotated[str, typer.Argument(help="The id of a text, as `results` shows it.")],
    officer: As,
    withhold: Annotated[bool, typer.Option("--withhold", help="Take the release back.")] = False,
) -> None:
    """Let one written answer be published with the results, after the close."""
    _act(number, officer, lambda d, s, found, who: written.release(d, s, found, answer, who, publish=not withhold))


@app.command()
def publish(number: Number, officer: As) -> None:
    """Freeze the summary that everybody may read."""
    _act(number, officer, publishing.publish)


@app.command("results")
def results_(
    number: Number,
    by: Annotated[str, typer.Option(help="Compare by topic, region, or the number of a choice question.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print what was answered, with intervals; from 20 answers on, of fewer the counts alone."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = _found(session, number)
        told = results.results(desk, session, found)
        texts = {
            question.id: written.listed(desk, session, found, question, limit=LISTED).rows
            for question in found.questions
            if question.kind == QuestionKind.TEXT
        }
        groups = _compared(desk, session, found, by) if by else None
    if as_json:
        print(json.dumps(questionnaire_results.as_json(told, texts, groups), ensure_ascii=False))
        return
    for name, value in asdict(told.tracked).items():
        out.print(f"{name.replace('_', ' '):<14}{value}")
    out.print(f"response rate {questionnaire_results.share_of(told.tracked.response_rate)}")
    if told.hidden:
        out.print("Too few have finished for anything to be shown of an anonymous questionnaire.")
    for answered in told.questions:
        out.print(questionnaire_results.printed(desk, answered))
        for text in texts.get(answered.question.id, []):
            out.print(f"  {text.id}{' (released)' if text.released else ''}: {text.text}", markup=False)
    for group in groups.groups if groups else ():
        out.print(f"\n{by} {group.key}: {group.people} people")
        for answered in group.questions:
            out.print(f"  {answered.question.text_en}: {questionnaire_results.mean(answered)}", markup=False)
    if groups:
        out.print(f"in smaller groups, or in none: {groups.others}")


def _compared(desk: Desk, session: Session, found: Questionnaire, by: str) -> results.Comparison:
    places = {str(question.position + 1): question.id for question in found.questions}
    wanted: dict[str, results.By] = {"topic": "topic", "region": "region", **places}
    try:
        return results.compared(desk, session, found, wanted.get(by, 0))
    except ValueError:
        refuse(f"It cannot be compared by {by!r}: an anonymous one only by the number of a choice of one option.")


def _act(
    number: int,
    username: str,
    do: Callable[[Desk, Session, Questionnaire, Officer], None],
    *,
    gone: bool = False,
) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        found = _found(session, number, to_change=True)
        try:
            do(desk, session, found, officer_named(session, username))
        except QuestionnaireRefused as refused:
            refuse(_said(desk, refused))
        out.print(f"questionnaire {number}: {'discarded' if gone else found.state}")


def _found(session: Session, number: int, *, to_change: bool = False) -> Questionnaire:
    found = service.by_id(session, number, to_change=to_change)
    if found is None:
        refuse(f"There is no questionnaire {number}; see `customs questionnaires list`.")
    return found


def _said(desk: Desk, refused: QuestionnaireRefused) -> str:
    return desk.texts.say(refused.reason, "en", **refused.values)
