"""`customs status`: whether each process is well, and what waits."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from sqlalchemy import func, select

from cli.calendar import warnings
from cli.parts import desk_and_settings, out
from cli.processes import PROCESSES, is_healthy
from desk.cases import queries
from desk.cases.model import CaseState
from desk.conversations import inbox
from desk.conversations.model import CHANNELS
from desk.deliveries.model import Delivery
from desk.guidance import service as guidance


def status(as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False) -> None:
    """Say how each process and the store are."""
    desk, settings = desk_and_settings()
    processes = {process.name: is_healthy(process, settings) for process in PROCESSES}
    with desk.store.reading() as session:
        counted = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        store = {
            "publication": guidance.publication_no(session),
            "entries": len(guidance.corpus(session).entries),
            "updates_waiting": sum(inbox.waiting(session, channel) for channel in CHANNELS),
            "cases_waiting": len(queries.in_state(session, CaseState.WAITING)),
            "deliveries": dict(counted),
        }
    warned = warnings(desk)
    if as_json:
        print(json.dumps({"processes": processes, **store, "warnings": warned}))
        return
    for name, well in processes.items():
        out.print(f"{name:12} {'healthy' if well else 'not reachable'}")
    for name, value in store.items():
        out.print(f"{name:16} {value}", markup=False)
    for warning in warned:
        out.print(f"warning: {warning}", markup=False, soft_wrap=True)
