"""The routes of the console as the application itself tells them, so that no walk forgets a page."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from console.app import create_app
from desk.desk import Desk
from desk.people.model import Role
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.believable import authority
from tests.console_fixtures import settings_in
from tests.desk_fixtures import ActsOfTheDesk, FakeSearch, FrozenClock

_PARAMETER = re.compile(r"\{(\w+)\}")
#: Routes that are no pages of ours: the files beside them.
_BESIDE = ("/static",)
_FORMS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One address with one method.

    ``allowed``: the roles that it names, or ``anybody``; ``of``: what it is about; ``towards``: the duty that it
    fulfils, where officers have duties that come first; ``asks``: the names that it reads behind the question mark.
    """

    method: str
    path: str
    allowed: frozenset[Role] | str
    of: str
    towards: str
    asks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_staff(self) -> bool:
        return self.path == "/desk" or self.path.startswith("/desk/")

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    def address(self, values: dict[str, str]) -> str:
        return _PARAMETER.sub(lambda found: values[found[1]], self.path)


def routes_of(app: Litestar) -> list[Route]:
    """Every address and method of an application, its static files left out."""
    return sorted(_routes(app), key=lambda route: (route.path, route.method))


def _routes(app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path_format.startswith(_BESIDE):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                opt: dict[str, Any] = dict(handler.opt)
                allowed, of, towards = opt.get("roles", frozenset()), opt.get("of", ""), str(opt.get("towards", ""))
                yield Route(str(method), route.path_format, allowed, of, towards, _asked_by(handler))


def _asked_by(handler: Any) -> tuple[str, ...]:
    given = handler.parsed_fn_signature.parameters
    beside = {"request", "site", "data", "body", "socket", "state", *_PARAMETER.findall(" ".join(handler.paths))}
    return tuple(name for name in given if name not in beside)


@cache
def all_routes() -> tuple[Route, ...]:
    """The routes of the console, whatever desk is behind it."""
    acts = ActsOfTheDesk()
    desk = Desk(
        Store(make_engine("sqlite://")),
        FrozenClock(authority.NOW),
        FakeSearch(),
        FakeDialogue(acts),
        authority.rules(),
        web_address="https://desk.example",
    )
    with tempfile.TemporaryDirectory() as folder:
        return tuple(routes_of(create_app(desk, settings_in(Path(folder)))))


def staff_routes() -> list[Route]:
    return [route for route in all_routes() if route.is_staff]


def public_routes() -> list[Route]:
    return [route for route in all_routes() if not route.is_staff]


def pages() -> list[Route]:
    """What can be opened in a browser."""
    return [route for route in all_routes() if route.method == "GET"]
