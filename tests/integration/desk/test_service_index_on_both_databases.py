"""The service index on SQLite and PostgreSQL alike: its tables there and back, the same points, and two who publish."""

from __future__ import annotations

import pytest

from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.service_index import publishing
from desk.service_index.permissions import IndexRefused
from desk.service_index.span import named
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.service_index_fixtures import QUARTER, counted, staffed
from tests.small_tree import officer

pytestmark = pytest.mark.thorough


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with an officer."""
    with own_world.store.writing() as session:
        people.add_officer(
            session, username="minh", name="Minh", role=Role.OFFICER, password=PASSWORD, by="operator", at=NOON
        )
    return own_world


def test_the_same_points_are_published_and_counted_again(anywhere: World, monkeypatch: pytest.MonkeyPatch) -> None:
    staffed(anywhere)
    counted(anywhere)
    desk = anywhere.desk
    span = named(QUARTER, desk.today())
    with anywhere.store.writing() as session:
        mai = officer(session, "mai")
        kept = publishing.publish(desk, session, span, "office", mai)
        assert {row.code: row.points for row in kept.rows} == {"VN": 6730, "CATLAI": 8365, "LINHTRUNG": 5555}
        assert publishing.recounted(desk, session, kept) == []
        # Whoever looked before somebody else published is refused, and what they did before stays.
        monkeypatch.setattr(publishing, "newest_of", lambda *_: None)
        with pytest.raises(IndexRefused) as refused:
            publishing.publish(desk, session, span, "office", mai)
        assert refused.value.reason == "service_index.refused.at_once"
        assert [each.id for each in publishing.listed(session, limit=5, newest_only=True).rows] == [kept.id]


@pytest.mark.thorough
def test_the_tables_are_made_and_taken_away(anywhere: World) -> None:
    engine = anywhere.store.engine
    assert [found for found in differences(engine) if "service_index" in str(found)] == []
    downgrade(engine, "0022")
    migrate(engine)
    assert [found for found in differences(engine) if "service_index" in str(found)] == []
