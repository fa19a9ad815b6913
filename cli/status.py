"""`customs status`: whether each process is well, and what waits."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from sqlalchemy import func, select

from bootstrap import condition
from bootstrap.settings import Settings
from cli import machine
from cli.calendar import warnings
from cli.parts import desk_and_settings
from cli.processes import is_healthy
from cli.running import as_run
from cli.terminal import out
from desk.cases.model import Case, CaseState
from desk.conversations import inbox
from desk.conversations.model import CHANNELS
from desk.deliveries.model import Delivery
from desk.guidance import service as guidance
from desk.system import audit_state, law_state


def status(as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False) -> None:
    """Say how each process and the store are."""
    desk, settings = desk_and_settings()
    parts = condition.look(settings)
    processes = _processes(as_run(settings), parts)
    with desk.store.reading() as session:
        counted = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        store = {
            "publication": guidance.publication_no(session),
            "entries": len(guidance.corpus(session).entries),
            "updates_waiting": sum(inbox.waiting(session, channel) for channel in CHANNELS),
            "cases_waiting": session.scalar(select(func.count(Case.id)).where(Case.state == CaseState.WAITING)),
            "deliveries": dict(counted),
        }
        sealed = audit_state.of(session)
        aged = law_state.warnings(desk, session, desk.today(), "en")
    warned = [*warnings(desk), *aged, *audit_state.warnings(desk, sealed, "en")]
    if as_json:
        told = {name: {"state": part.well, **part.facts, "ms": part.ms} for name, part in parts.items()}
        print(json.dumps({"processes": processes, **store, "warnings": warned, "parts": told}, default=str))
        return
    for name, well in processes.items():
        out.print(f"{name:12} {'healthy' if well else 'not reachable'}")
    for name, part in parts.items():
        hint = f"system.hint.{name}.{part.well}"
        if desk.texts.has(hint):
            out.print(f"{name}: {desk.texts.say(hint, 'en')}", markup=False, soft_wrap=True)
    for name, value in store.items():
        out.print(f"{name:16} {value}", markup=False)
    for warning in warned:
        out.print(f"warning: {warning}", markup=False, soft_wrap=True)


def _processes(settings: Settings, parts: dict[str, condition.Part]) -> dict[str, bool]:
    """Whether each process is well, of several replicas each of them."""
    if settings.replicas == 1:
        return {process.name: parts[process.name].is_well for process in machine.processes(settings)}
    each = machine.processes(settings)
    with ThreadPoolExecutor(max_workers=len(each)) as pool:
        well = pool.map(lambda process: is_healthy(process, settings), each)
    return dict(zip((process.name for process in each), well, strict=True))
