"""What was refused is seen by whoever runs the desk, and kept for some days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from typer.testing import CliRunner

from bootstrap import condition
from bootstrap.settings import Settings
from bootstrap.watch.metrics import Metrics
from bootstrap.watch.store_figures import StoreFigures
from cli import main as command
from cli.terminal import out
from clock.due import forget_what_is_due
from desk.floods import listing, noting
from desk.floods.gate import Arrival
from desk.floods.limits import Limit
from desk.people.model import Role
from desk.store import Store
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.running_fixtures import hire

VISITOR = "the-visitors-own-secret"


@pytest.fixture
def floods(world: World) -> World:
    """A chat in Telegram, one on the web, and somebody who tries passwords."""
    now = world.clock.now()
    for channel, address, how_many in (("telegram", "98765", 1040), ("web", VISITOR, 43)):
        with world.desk.floods.letting_in([Arrival(channel, address, now)] * how_many):
            pass
    for _ in range(7):
        world.desk.floods.count("staff", Limit.ATTEMPTS, "203.0.113.*", now)
    noting.note(world.desk)
    return world


def test_the_page_of_the_system_shows_who_was_refused_and_how_often(
    floods: World, browse: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "look", lambda _settings: {})
    hire(floods, "ly", Role.ADMINISTRATOR)
    ly = browse()
    ly.signs_in("ly", PASSWORD)
    page = ly.get("/desk/system").text
    for words in (
        "98765",
        "1.000",
        "203.0.113.*",
        floods.text("flood.limit.chat"),
        floods.text("flood.limit.attempts"),
    ):
        assert words in page
    assert VISITOR not in page


def test_a_page_without_floods_says_so(
    world: World, browse: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "look", lambda _settings: {})
    hire(world, "ly", Role.ADMINISTRATOR)
    ly = browse()
    ly.signs_in("ly", PASSWORD)
    assert world.text("page.floods.none") in ly.get("/desk/system").text


def test_the_command_lists_them(floods: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", floods.store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(out, "width", 200)
    listed = CliRunner().invoke(command.app, ["floods", "list"])
    assert listed.exit_code == 0
    rows = [line.replace("│", " ").split() for line in listed.output.splitlines()]
    assert ["2026-11-23", "12:00", "telegram", "chat", "98765", "1000"] in rows
    assert ["2026-11-23", "12:00", "staff", "attempts", "203.0.113.*", "7"] in rows
    assert VISITOR not in listed.output


def test_the_clock_takes_out_what_is_old(floods: World) -> None:
    forget_what_is_due(floods.desk)
    with floods.store.reading() as session:
        assert len(listing.listed(session, limit=9)) == 3
    floods.clock.advance(days=floods.desk.rules.privacy.time_of("floods").days, minutes=1)
    forget_what_is_due(floods.desk)
    with floods.store.reading() as session:
        assert listing.listed(session, limit=9) == []


def test_what_was_refused_is_told_as_a_number_once_it_is_kept(world: World, tmp_path: Path) -> None:
    metrics = Metrics()
    desk = world.desk.__class__(
        Store(world.store.engine, metrics), world.clock, world.search, world.dialogue, world.desk.rules
    )
    metrics.show(StoreFigures(desk, Settings(_env_file=None, var_dir=tmp_path)))
    with desk.floods.letting_in([Arrival("telegram", "98765", world.clock.now())] * 50):
        pass
    assert "customs_refused_total{" not in generate_latest(metrics.registry).decode()
    noting.note(desk)
    told = generate_latest(metrics.registry).decode()
    assert 'customs_refused_total{channel="telegram",limit="chat"} 10.0' in told
    assert "customs_flooding_sources 1.0" in told
