"""Nobody reaches what is somebody else's: officers of other units, persons of other enterprises, strangers, chats.

What is tried stands in tests/walks/leaks.py; `make fuzz` calls the same. Each test here shows a walk of its own, and
that it would notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from console.web import guard
from desk.cases import queries
from desk.conversations import service as conversations
from desk.enterprises import access
from tests.believable import authority
from tests.believable.authority import Built, shared_folder
from tests.walks import leaks
from tests.walks.leaks import Somebody, Tried
from tests.walks.routes import staff_routes
from tests.walks.walker import Walker

pytestmark = pytest.mark.thorough

Walk = Callable[[Walker, list[Somebody], Tried], None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return authority.built_once(shared_folder(tmp_path_factory))


@pytest.fixture(scope="module")
def walker(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with Walker.begin(built, tmp_path_factory.mktemp("leaks")) as walker:
        yield walker


@pytest.fixture(scope="module")
def everybody(walker: Walker) -> list[Somebody]:
    return leaks._signed_in(walker)


@pytest.mark.parametrize(
    ("walk", "at_least"),
    [
        (leaks.of_my_cases, 10_000),
        (leaks.of_files, 200),
        (leaks.of_conversations, 500),
        (leaks.of_receipts, 1_000),
        (leaks.of_accounts, 500),
        (leaks.of_private_links, 500),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_person_reaches_nothing_of_another(
    walker: Walker, everybody: list[Somebody], walk: Walk, at_least: int
) -> None:
    tried = Tried()
    walk(walker, everybody, tried)
    assert tried.leaks == []
    assert tried.checks > at_least


@pytest.mark.parametrize(
    ("walk", "at_least"),
    [(leaks.of_routes, 5_000), (leaks.of_cases, 2_000), (leaks.of_lists, 20_000)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_an_officer_reaches_nothing_of_another_unit(
    walker: Walker, walk: Callable[[Walker, Tried], None], at_least: int
) -> None:
    tried = Tried()
    walk(walker, tried)
    assert tried.leaks == []
    assert tried.checks > at_least


def test_a_chat_does_nothing_with_what_is_of_another(walker: Walker) -> None:
    tried = Tried()
    leaks.of_buttons(walker, tried)
    leaks.of_chats(walker, tried)
    assert tried.leaks == []
    assert tried.checks > 20_000


class TestThatItWouldBeNoticed:
    """Each guard is taken away in turn, and the walk over it tells so."""

    def test_a_route_that_lets_every_role_in(self, walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
        route = next(route for route in staff_routes() if route.name == "GET /desk/audit")
        handlers = [
            handler
            for one in walker.app.routes
            if getattr(one, "path_format", "") == route.path
            for handler in getattr(one, "route_handlers", ())
        ]
        for handler in handlers:
            monkeypatch.setitem(handler.opt, "roles", guard.STAFF)
        tried = Tried()
        leaks.of_routes(walker, tried, [route])
        assert any("GET /desk/audit as officer here: done" in leak for leak in tried.leaks)

    def test_cases_that_every_officer_sees(self, walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
        from sqlalchemy import true

        monkeypatch.setattr(queries, "seen_by", lambda _officer: true())
        tried = Tried()
        leaks.of_cases(walker, tried)
        assert tried.leaks

    def test_cases_that_every_person_sees(
        self, walker: Walker, everybody: list[Somebody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from sqlalchemy import true

        monkeypatch.setattr(access, "visible_as", lambda *_: true())
        tried = Tried()
        leaks.of_my_cases(walker, everybody, tried)
        assert tried.leaks

    def test_buttons_that_every_chat_may_press(self, walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
        from desk.conversations.model import Button

        monkeypatch.setattr(conversations, "pressed", lambda session, button, _chat, _at: session.get(Button, button))
        tried = Tried()
        leaks.of_buttons(walker, tried)
        assert tried.leaks
