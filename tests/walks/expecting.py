"""What each role in each place should get of a route, and what a status says: for every walk over the routes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from console.web.guard import ANYBODY
from desk.people.model import Role
from tests.believable import authority
from tests.walks.routes import Route
from tests.walks.table import ACTS, KINDS
from tests.walks.things import Act, Kind, Scope
from tests.walks.walker import Walker

TABLE = "tests/walks/table.py"
PLACES: dict[str, str] = authority.plan("authority")["places"]
#: What an act that may not be done now is answered with, in words beside its form.
IN_WORDS = (409, 422)
_WHOLE_AUTHORITY = Kind(Scope.AUTHORITY, {})


def kind_of(route: Route) -> Kind:
    """What the route is about; fails with a sentence where the table does not know it."""
    if not route.parameters:
        return _WHOLE_AUTHORITY if not route.of else _known(route)
    assert route.of, f'{route.name} has a parameter, so its roles(...) must say what it names: of="..."'
    kind = _known(route)
    missing = set(route.parameters) - set(kind.values) - set(ACTS.get(route.name, Act()).values)
    assert not missing, (
        f"{route.name} names {sorted(missing)}: give the kind {route.of!r} in KINDS of {TABLE}, or the route in ACTS, "
        f"a value for it"
    )
    return kind


def _known(route: Route) -> Kind:
    assert route.of in KINDS, (
        f"{route.name} is about a {route.of!r}, which KINDS in {TABLE} does not know: add it with its scope, "
        f"the values for the address and the fields of its forms"
    )
    return KINDS[route.of]


def tries(walker: Walker, route: Route, kind: Kind) -> Iterator[tuple[str, dict[str, str], frozenset[str]]]:
    """Who tries a route: in words, with which cookies, and what may come of it."""
    stranger = {"sign in"} if route.allowed != ANYBODY else {"done", "refused in words"}
    yield "a stranger", {}, frozenset(stranger)
    for role in Role:
        for place, unit in PLACES.items():
            cookies = walker.sessions[authority.officer_with(role, unit)]
            yield f"{role} {place}", cookies, expected(route, kind, role, place)
        left = walker.sessions[authority.officer_with(role, PLACES["here"], left=True)]
        yield f"{role} who has left", left, frozenset(stranger)
    if not route.towards and route.allowed != ANYBODY:
        yield "somebody who has a duty first", walker.sessions[authority.NEWCOMER], frozenset({"duty first"})


def expected(route: Route, kind: Kind, role: Role, place: str) -> frozenset[str]:
    """What may come of it for a role in a place."""
    allowed = {"done"} if route.method == "GET" else {"done", "refused in words"}
    if route.allowed == ANYBODY:
        return frozenset(allowed)
    if role not in route.allowed:
        return frozenset({"forbidden"})
    if kind.scope is Scope.UNIT and place == "beside":
        return frozenset({"not there"})
    if kind.scope is Scope.HEADQUARTERS and place != "headquarters":
        return frozenset(
            {"forbidden", "not there"} if route.method == "GET" else {"forbidden", "not there", "refused in words"}
        )
    return frozenset(allowed)


def meaning(answer: httpx.Response, method: str) -> str:
    """What a status says to a person."""
    status = answer.status_code
    location = answer.headers.get("location", "")
    if status == 303 and location.startswith("/sign-in"):
        return "sign in"
    if status in (302, 303) and location.startswith("/desk/first-password"):
        return "duty first"
    if status == 302 and location.startswith("/desk/sign-in"):
        return "sign in"
    if status in IN_WORDS and method != "GET":
        return "refused in words"
    return {403: "forbidden", 404: "not there"}.get(status, "done" if status < 400 else f"status {status}")
