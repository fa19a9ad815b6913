"""What the clock tells of the store, the disk and the last backup, each time somebody reads its metrics."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bootstrap.settings import Settings
from bootstrap.watch.checks import Asked
from desk.desk import Desk
from desk.system import waiting
from desk.system.audit_state import AuditState
from desk.system.waiting import Waiting

#: Seconds that the store has to answer; Prometheus waits ten for everything.
PATIENCE = 5.0


class StoreFigures(Collector):
    """A store that cannot be read is told as such, and what it would tell is missing."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self._var = settings.var_dir
        self._read = Asked(self._waiting, PATIENCE)

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked while the registry takes this in."""
        return ()

    def collect(self) -> Iterable[Metric]:
        yield from _disk(self._var)
        yield from _backup(self._var / "backups" / "last.json", self._desk.now())
        try:
            found: Waiting | None = self._read()
        except Exception:  # noqa: BLE001 - whatever the store raises, the other metrics are told
            found = None
        yield GaugeMetricFamily(
            "customs_store_reachable", "Whether the store can be read.", value=float(found is not None)
        )
        if found is not None:
            yield from _store(found)
            yield from _queues(found)
            yield from _audit(found.audit, self._desk.now())

    def _waiting(self) -> Waiting:
        with self._desk.store.reading() as session:
            return waiting.of(session, self._desk.now())


def _store(found: Waiting) -> Iterable[Metric]:
    database = found.database
    yield GaugeMetricFamily("customs_publication", "The newest publication.", value=found.publication_no)
    yield GaugeMetricFamily(
        "customs_store_schema_is_newest",
        "Whether the schema is the one that this program wants.",
        value=float(database.is_newest),
    )
    if database.bytes is not None:
        yield GaugeMetricFamily("customs_store_bytes", "The size of the store.", value=database.bytes)


def _queues(found: Waiting) -> Iterable[Metric]:
    updates = GaugeMetricFamily("customs_updates", "Updates that are not settled well.", labels=["channel", "state"])
    for key, count in found.updates.items():
        updates.add_metric(key, count)
    oldest = GaugeMetricFamily(
        "customs_update_oldest_seconds", "Since when the oldest unfinished update waits.", labels=["channel"]
    )
    for channel, age in found.oldest_update.items():
        oldest.add_metric([channel], age)
    deliveries = GaugeMetricFamily(
        "customs_delivery_rows", "Deliveries that are not settled well.", labels=["channel", "state"]
    )
    for key, count in found.deliveries.items():
        deliveries.add_metric(key, count)
    letters = GaugeMetricFamily("customs_letters", "Letters that are not settled well.", labels=["state"])
    for state, count in found.letters.items():
        letters.add_metric([state], count)
    cases = GaugeMetricFamily("customs_cases", "Cases that are open, and those overdue among them.", labels=["which"])
    cases.add_metric(["open"], found.cases_open)
    cases.add_metric(["overdue"], found.cases_overdue)
    yield from (updates, oldest, deliveries, letters, cases)
    yield GaugeMetricFamily(
        "customs_flooding_sources",
        "Of how many chats and networks something was refused in the last five minutes.",
        value=found.flooding,
    )
    yield GaugeMetricFamily(
        "customs_delivery_oldest_due_seconds",
        "For how long the oldest message to Telegram has been due, news apart.",
        value=found.oldest_delivery,
    )


def _audit(state: AuditState, now: dt.datetime) -> Iterable[Metric]:
    yield GaugeMetricFamily(
        "customs_audit_seals", "The number of the newest seal.", value=state.newest.seal if state.newest else 0
    )
    yield GaugeMetricFamily(
        "customs_audit_unsealed_seconds",
        "Since when the oldest entry of the audit waits to be sealed.",
        value=state.unsealed.seconds(now),
    )
    broken = GaugeMetricFamily(
        "customs_audit_broken", "Broken places that the last check of the audit found.", labels=["part"]
    )
    checked = GaugeMetricFamily(
        "customs_audit_checked_timestamp_seconds", "When the audit was last checked to the end.", labels=["part"]
    )
    for part, check in state.checks.items():
        broken.add_metric([part.value], check.broken)
        checked.add_metric([part.value], check.checked_at.timestamp() if check.checked_at is not None else 0)
    yield from (broken, checked)


def _disk(folder: Path) -> Iterable[Metric]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return
    yield GaugeMetricFamily("customs_disk_free_bytes", "What is free on the disk of VAR_DIR.", value=usage.free)
    yield GaugeMetricFamily("customs_disk_size_bytes", "The size of the disk of VAR_DIR.", value=usage.total)


def _backup(told: Path, now: dt.datetime) -> Iterable[Metric]:
    """Nothing where no backup was ever finished, or where the file says nothing that can be read."""
    try:
        finished_at = dt.datetime.fromisoformat(json.loads(told.read_text(encoding="utf-8"))["finished_at"])
        age = (now - finished_at).total_seconds()
    except (OSError, ValueError, KeyError, TypeError):
        return
    yield GaugeMetricFamily("customs_backup_age_seconds", "Since the last backup was finished.", value=age)
