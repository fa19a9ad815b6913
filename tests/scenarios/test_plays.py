"""Dialogues as short plays, through a trained Rasa server, the action server and the desk with all its guidance."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from desk.desk import Desk, Rules
from desk.guidance import service as guidance
from desk.guidance.earlier.reading import read_shipped
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people.model import Role
from desk.ports import Dialogue
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.desk_fixtures import CONTENT, NOON, FakeSearch, FrozenClock, World
from tests.scenarios.on_stage import ActsOnStage
from tests.scenarios.play import Line, Play
from tests.scenarios.stage import Stage

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]

PLAYS = sorted((Path(__file__).parent / "plays").glob("*.yml"))


@pytest.fixture(scope="module")
def store_template(tmp_path_factory: pytest.TempPathFactory, _cheap_password_hashes: None) -> Path:
    """A migrated SQLite file with all the guidance and units that ship, and one officer."""
    path = tmp_path_factory.mktemp("plays") / "desk.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    at = NOON - dt.timedelta(days=1)
    with Store(engine).writing() as session:
        records, earlier = read_shipped(CONTENT)
        guidance.load_shipped(session, records, at=at, earlier=earlier)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=at)
        people.add_officer(
            session, username="minh", name="Minh", role=Role.OFFICER, password="only for plays", by="operator", at=at
        )
    engine.dispose()
    return path


@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
def test_play(rasa: tuple[Dialogue, ActsOnStage], store: Store, clock: FrozenClock, rules: Rules, path: Path) -> None:
    dialogue, acts = rasa
    search = FakeSearch()
    desk = Desk(store, clock, search, dialogue, rules, web_address="https://desk.example")
    acts.begin(desk)
    Stage(desk, clock, search, Play.read(path)).perform()


@pytest.mark.parametrize(
    "wrong",
    [
        [Line("desk", "notice.first_contact")],
        [Line("desk", "notice.first_contact"), Line("desk", "small_talk.thanks")],
        [Line("desk", "notice.first_contact"), Line("desk", "small_talk.greet", buttons=["Hủy"])],
        [Line("desk", "notice.first_contact"), Line("desk answers", "decl_time_import")],
        [Line("desk", "notice.first_contact"), Line("desk", "small_talk.greet"), Line("desk", "small_talk.greet")],
        [Line("desk", "notice.first_contact"), Line("desk", "small_talk.greet"), Line("press", "Hủy")],
    ],
)
def test_a_play_that_goes_otherwise_fails(world: World, wrong: list[Line]) -> None:
    play = Play("A greeting", [Line("person", "xin chào"), *wrong])
    with pytest.raises(AssertionError, match="A greeting"):
        Stage(world.desk, world.clock, world.search, play).perform()
