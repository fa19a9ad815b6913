"""The operator's door: the command `customs` and its parts."""

from __future__ import annotations

import sys

import typer

from cli import (
    accounts,
    alike,
    ask,
    audit,
    backup,
    calendar,
    cases,
    chat,
    consultations,
    deliveries,
    enterprises,
    evaluate,
    figures,
    floods,
    gaps,
    guidance,
    holds,
    inbox,
    law,
    news,
    prepare,
    privacy,
    questionnaires,
    rating_reviews,
    ratings,
    ready,
    recall,
    receipt,
    reports,
    restart,
    restore,
    retention,
    run,
    serve,
    service_index,
    settings,
    status,
    units,
    users,
    whole,
)
from cli.apart import REFUSED

# A traceback shows no values: among them would be the settings.
app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The customs enquiry desk.", pretty_exceptions_show_locals=False
)
app.command("ask")(ask.ask)
app.command("status")(status.status)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("chat")(chat.chat)
app.command("evaluate")(evaluate.evaluate)
app.command("export")(whole.export)
app.command("import")(whole.import_)
app.command("figures")(figures.figures)
app.command("receipt")(receipt.receipt)
app.command("run")(run.run)
app.command("restart")(restart.restart)
app.command("serve")(serve.serve)
app.command("ready")(ready.ready)
app.command("prepare")(prepare.prepare)
app.command("migrate")(prepare.migrate)
app.command("prepare-model")(prepare.prepare_model)
app.add_typer(audit.app, name="audit")
app.add_typer(users.app, name="users")
app.add_typer(accounts.app, name="accounts")
app.add_typer(units.app, name="units")
app.add_typer(guidance.app, name="guidance")
app.add_typer(gaps.app, name="gaps")
app.add_typer(law.app, name="law")
app.add_typer(calendar.app, name="calendar")
cases.app.command("alike")(alike.cases_alike)
app.add_typer(cases.app, name="cases")
app.add_typer(enterprises.app, name="enterprises")
app.add_typer(news.app, name="news")
app.add_typer(recall.app, name="recall")
rating_reviews.add_to(ratings.app)
app.add_typer(reports.app, name="report")
app.add_typer(ratings.app, name="ratings")
app.add_typer(questionnaires.app, name="questionnaires")
app.add_typer(service_index.app, name="service-index")
app.add_typer(consultations.app, name="consultations")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(inbox.app, name="inbox")
app.add_typer(floods.app, name="floods")
app.add_typer(holds.app, name="holds")
app.add_typer(privacy.app, name="privacy")
app.add_typer(retention.app, name="retention")
app.add_typer(settings.app, name="settings")


def main() -> None:
    try:
        app()
    except REFUSED as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
