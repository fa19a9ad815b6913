"""Many officers claim many cases at once, in several processes: how many holders each case has in the end."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bootstrap.settings import PROJECT
from desk.cases.model import CaseHold, CaseState
from desk.cases.queries import in_state
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from evaluation.cases.figures import percentile
from evaluation.cases.people import add_officers, open_cases

#: Seconds after which the officers are stopped.
ENOUGH = 100.0


@dataclass(frozen=True)
class Claims:
    """``claimed_once``: cases with exactly one open hold that its case and its thread agree with. Times in ms."""

    cases: int
    officers: int
    processes: int
    claimed_once: int
    fewest_of_an_officer: int
    most_of_an_officer: int
    lost_races: int
    tried_again: int
    seconds: float
    claim_p50_ms: float
    claim_p95_ms: float


class ClaimingFailed(Exception):
    """A process of officers ended without having done its work."""


def measure(url: str, *, officers: int, cases: int, processes: int) -> Claims:
    """Set up a database of one's own and let the officers claim; raises ClaimingFailed."""
    store = Store(make_engine(url))
    try:
        migrate(store.engine)
        now = dt.datetime.now(dt.UTC)
        with store.writing() as session:
            names = add_officers(session, officers, now)
            open_cases(session, range(1, cases + 1), now)
        done, seconds = _at_once(url, math.ceil(cases / officers), [names[n::processes] for n in range(processes)])
        return _figures(store, done, cases=cases, processes=processes, seconds=seconds)
    finally:
        store.engine.dispose()


def _at_once(url: str, share: int, groups: list[list[str]]) -> tuple[dict[str, Any], float]:
    """What each officer did, and the seconds that all of it took from the moment when all were ready."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "evaluation.cases.claiming", url, str(share), *group],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for group in groups
    ]
    try:
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()
        began = time.monotonic()
        outputs = []
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in running:
            outputs.append(process.communicate(timeout=max(0.1, began + ENOUGH - time.monotonic()))[0])
        seconds = time.monotonic() - began
    except subprocess.TimeoutExpired as late:
        raise ClaimingFailed(f"the officers were not done within {ENOUGH:.0f} s") from late
    finally:
        for process in running:
            process.kill()
            process.wait()
    if any(process.returncode for process in running):
        raise ClaimingFailed(f"officers ended with {[process.returncode for process in running]}")
    return {name: done for output in outputs for name, done in json.loads(output).items()}, seconds


def _figures(store: Store, done: dict[str, Any], *, cases: int, processes: int, seconds: float) -> Claims:
    took = [ms for each in done.values() for ms in each["ms"]]
    claimed = [each["claimed"] for each in done.values()]
    return Claims(
        cases=cases,
        officers=len(done),
        processes=processes,
        claimed_once=_claimed_once(store),
        fewest_of_an_officer=min(claimed),
        most_of_an_officer=max(claimed),
        lost_races=sum(each["lost"] for each in done.values()),
        tried_again=sum(each["tried_again"] for each in done.values()),
        seconds=round(seconds, 1),
        claim_p50_ms=percentile(took, 50),
        claim_p95_ms=percentile(took, 95),
    )


def _claimed_once(store: Store) -> int:
    with store.reading() as session:
        holds = select(CaseHold.case_id, func.count()).where(CaseHold.ended_at.is_(None)).group_by(CaseHold.case_id)
        open_holds = dict(session.execute(holds).all())
        holders = select(CaseHold.case_id, CaseHold.officer_id).where(CaseHold.ended_at.is_(None))
        held = dict(session.execute(holders).all())
        return sum(
            open_holds.get(case.id) == 1
            and case.holder_id == held[case.id]
            and [entry.kind for entry in case.entries] == ["opened", "claimed"]
            and case.entries[-1].officer_id == case.holder_id
            for case in in_state(session, CaseState.CLAIMED)
        )
