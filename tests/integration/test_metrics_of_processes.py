"""What Prometheus reads: queues and their ages, disk, backup, index, the web; never anybody's words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from prometheus_client import generate_latest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bootstrap.settings import Settings
from bootstrap.watch import Metrics
from bootstrap.watch.index_figures import IndexFigures
from bootstrap.watch.store_figures import StoreFigures
from clock.main import tick
from console.web.measuring import Measured
from desk.audit.checks import Checker
from desk.cases.model import Case
from desk.conversations.incoming import Kind
from desk.deliveries.model import Delivery
from desk.letters import service as letters
from tests.audit_fixtures import past_the_triggers, record, seal
from tests.console_fixtures import ADDRESS
from tests.desk_fixtures import NOON, SURE, Chatter, World

Value = Callable[..., float | None]


@pytest.fixture
def metrics(world: World, tmp_path: Path) -> Metrics:
    """Those of a clock over the world's store, which also counts what is done there."""
    metrics = Metrics()
    metrics.show(StoreFigures(world.desk, Settings(_env_file=None, var_dir=tmp_path)))
    world.store.observer = metrics
    return metrics


@pytest.fixture
def value(metrics: Metrics) -> Value:
    return lambda name, **labels: metrics.registry.get_sample_value(name, labels)


def test_updates_that_wait_are_told_with_the_age_of_the_oldest(world: World, lan: Chatter, value: Value) -> None:
    lan.update(Kind.TEXT, text="one")
    world.clock.advance(seconds=90)
    world.chatter("visitor", channel="web").update(Kind.TEXT, text="two")
    world.clock.advance(seconds=10)
    assert value("customs_updates", channel="telegram", state="processing") == 1
    assert value("customs_updates", channel="telegram", state="failed") == 0
    assert value("customs_update_oldest_seconds", channel="telegram") == 100
    assert value("customs_update_oldest_seconds", channel="web") == 10
    assert value("customs_update_oldest_seconds", channel="terminal") == 0
    assert value("customs_updates_received_total", channel="web") == 1


def test_messages_that_are_due_are_told_by_age_and_news_and_the_web_are_late_for_nobody(
    world: World, lan: Chatter, value: Value
) -> None:
    lan.commands("help")
    world.chatter("visitor", channel="web").commands("help")
    world.clock.advance(seconds=30)
    assert value("customs_delivery_oldest_due_seconds") == 30
    assert value("customs_delivery_rows", channel="web", state="created") >= 1
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery).where(Delivery.channel == "telegram")):
            delivery.bulk = True
    assert value("customs_delivery_oldest_due_seconds") == 0


def test_cases_letters_publication_and_store_are_told(world: World, lan: Chatter, value: Value) -> None:
    lan.writes("Kho của tôi ở đâu?")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    with world.store.writing() as session:
        session.scalars(select(Case)).one().due_at = NOON - dt.timedelta(hours=1)
        expires = NOON + dt.timedelta(hours=1)
        letters.write(session, to="lan@example.vn", subject="s", text="t", expires_at=expires, at=NOON)
    assert (value("customs_cases", which="open"), value("customs_cases", which="overdue")) == (1, 1)
    assert value("customs_letters", state="waiting") == 1
    assert value("customs_publication") >= 1
    assert value("customs_store_bytes") > 10_000
    assert value("customs_store_schema_is_newest") == 1
    assert value("customs_store_reachable") == 1
    assert value("customs_disk_free_bytes") < value("customs_disk_size_bytes")


def test_a_store_that_cannot_be_read_is_told_and_the_rest_goes_on(
    world: World, value: Value, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> Any:
        raise OperationalError("SELECT", {}, Exception("no route to host"))

    monkeypatch.setattr(world.store, "reading", fails)
    assert value("customs_store_reachable") == 0
    assert value("customs_publication") is None
    assert value("customs_disk_free_bytes") > 0


@pytest.mark.parametrize("told", [None, "{", "[]", '{"finished_at": 5}', '{"finished_at": "2026-11-23T05:00:00"}'])
def test_without_a_finished_backup_no_age_is_told(tmp_path: Path, value: Value, told: str | None) -> None:
    if told is not None:
        (tmp_path / "backups").mkdir()
        (tmp_path / "backups" / "last.json").write_text(told)
    assert value("customs_backup_age_seconds") is None


def test_the_age_of_the_last_backup_is_told(tmp_path: Path, value: Value) -> None:
    (tmp_path / "backups").mkdir()
    finished = {"finished_at": (NOON - dt.timedelta(hours=3)).isoformat()}
    (tmp_path / "backups" / "last.json").write_text(json.dumps(finished))
    assert value("customs_backup_age_seconds") == 3 * 3600


def test_a_tick_tells_when_each_kind_of_work_was_done(world: World, value: Value) -> None:
    beats: list[int] = []
    tick(world.desk, lambda: beats.append(1))
    assert value("customs_clock_work_timestamp_seconds", work="remind_of_cases") > 0
    assert len(beats) > 10


def test_an_index_is_told_once_it_stands() -> None:
    contents: dict[str, object] = {}
    number: list[int] = []
    metrics = Metrics()
    metrics.show(IndexFigures(lambda: number[0] if number else None, lambda: contents))
    assert metrics.registry.get_sample_value("customs_index_publication") is None
    number.append(4)
    contents |= {"indexed_at": "2026-11-23T05:00:00+00:00", "entries": 7}
    assert metrics.registry.get_sample_value("customs_index_publication") == 4
    assert metrics.registry.get_sample_value("customs_index_timestamp_seconds") == NOON.timestamp()
    assert metrics.registry.get_sample_value("customs_index_entries") == 7


def test_what_the_desk_does_is_counted_without_anybodys_words_or_ids(
    world: World, lan: Chatter, metrics: Metrics, value: Value
) -> None:
    world.search.finds("channels", confidence=SURE)
    lan.writes("Phân kênh zyxwv là gì?")
    metrics.searched("search", 0.02, failed=True)
    metrics.conversed(0.02, failed=False)
    metrics.channel_failed("telegram", "network")
    assert value("customs_enquiries_total", channel="telegram", outcome="answered") == 1
    assert value("customs_exchange_seconds_count", channel="telegram", result="done") == 1
    assert value("customs_search_failures_total", act="search") == 1
    assert value("customs_dialogue_failures_total") == 0
    assert value("customs_channel_errors_total", channel="telegram", kind="network") == 1
    shown = generate_latest(metrics.registry).decode()
    assert "zyxwv" not in shown
    assert "100" not in [part for line in shown.splitlines() for part in line.split('"')[1::2]]


@pytest.fixture
def web(app: Litestar, metrics: Metrics) -> Iterator[Callable[[str], Any]]:
    """Ask the console through what measures it."""

    async def get(path: str) -> int:
        transport = httpx.ASGITransport(app=Measured(app, metrics))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            return (await client.get(path)).status_code

    return get


async def test_requests_are_told_by_the_part_of_the_site_and_the_class_of_their_status(
    web: Callable[[str], Any], value: Value
) -> None:
    assert [await web(path) for path in ("/chat", "/desk/cases", "/nothing-here", "/health")] == [200, 302, 404, 200]
    for area, status in (("chat", "2xx"), ("officers", "3xx"), ("nowhere", "4xx"), ("web", "2xx")):
        assert value("customs_http_request_seconds_count", area=area, status=status) == 1


def test_the_audit_is_told_with_what_waits_to_be_sealed_and_what_was_found_broken(world: World, value: Value) -> None:
    assert value("customs_audit_seals") == 0
    assert value("customs_audit_broken", part="whole") is None  # nobody has looked yet
    seal(world)
    record(world, 1)
    world.clock.advance(seconds=90)
    Checker(world.desk).check_due(lambda: True)
    assert value("customs_audit_seals") == 1
    assert value("customs_audit_unsealed_seconds") == 90
    assert value("customs_audit_broken", part="whole") == 0
    assert value("customs_audit_checked_timestamp_seconds", part="newest") == world.clock.now().timestamp()
    with past_the_triggers(world.store) as connection:
        connection.execute(text("UPDATE audit_entries SET subject = 'x' WHERE id IN (1, 2)"))
    world.clock.advance(minutes=24 * 60)
    Checker(world.desk).check_due(lambda: True)
    assert value("customs_audit_broken", part="whole") == 2
