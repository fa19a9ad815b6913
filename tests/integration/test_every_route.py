"""Every route of the console with every role in every place: allowed, refused, or not there; and what is public.

The routes are the application's own, so a new one is tried without a word here. What it names and how its act is done
stands in tests/walks/table.py; a route that needs an entry there fails with a sentence that says which.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from console.web.guard import ANYBODY
from desk.people.model import Role
from tests.believable import authority
from tests.believable.authority import Built, shared_folder
from tests.looked_at import THE_RECORD
from tests.walks.routes import Route, public_routes, staff_routes
from tests.walks.table import ACTS, KINDS, PUBLIC
from tests.walks.things import Act, Kind, Public, Scope
from tests.walks.walker import Walker

pytestmark = pytest.mark.thorough

TABLE = "tests/walks/table.py"
PLACES: dict[str, str] = authority.plan("authority")["places"]
LEFT = "left"
#: What an act that may not be done now is answered with, in words beside its form.
IN_WORDS = (409, 422)
_WHOLE_AUTHORITY = Kind(Scope.AUTHORITY, {})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return authority.built_once(shared_folder(tmp_path_factory))


@pytest.fixture(scope="module")
def walker(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with Walker.begin(built, tmp_path_factory.mktemp("walked")) as walker:
        yield walker


@pytest.mark.parametrize("route", staff_routes(), ids=lambda route: route.name)
def test_each_role_in_each_place_gets_what_the_route_says(walker: Walker, route: Route) -> None:
    kind, act = _kind_of(route), ACTS.get(route.name, Act())
    address = route.address(walker.values({**kind.values, **act.values}))
    fields = walker.values({**kind.fields, **act.fields})
    problems, is_done = [], False
    for who, cookies, expected in _tries(walker, route, kind):
        answer = walker.tries(route.method, address, cookies, fields=fields if route.method != "GET" else None)
        got = _meaning(answer, route.method)
        is_done = is_done or got == "done"
        expected |= {act.also} if "done" in expected else set()
        problem = [] if got in expected else [f"{route.name} as {who}: {got}, expected {' or '.join(sorted(expected))}"]
        THE_RECORD.checked_role(route.name, *problem)
        problems += problem
    assert not problems, "\n".join(problems)
    if act.by:
        answer = walker.tries(route.method, address, walker.sessions[act.by], fields=fields)
        is_done = _meaning(answer, route.method) == "done"
    assert is_done or act.never, (
        f"nobody got {route.name} done: give ACTS in {TABLE} an entry for it with fields, values or an officer `by` "
        f"whose act is done, or say in `never` why it is always refused"
    )


@pytest.mark.parametrize("route", public_routes(), ids=lambda route: route.name)
def test_what_is_public_is_reached_by_its_owner_and_not_by_guessing(walker: Walker, route: Route) -> None:
    planned = PUBLIC.get(route.name, Public())
    missing = set(route.parameters) - set(planned.values)
    assert not missing, f"{route.name} names {sorted(missing)}: give PUBLIC in {TABLE} an entry with its values"
    own = walker.visitor(planned.visitor)
    fields = walker.values(planned.fields) if route.method != "GET" and not planned.json else None
    more = {"fields": fields, "json": planned.json or None, "query": walker.values(planned.query) or None}
    for who, cookies in ((planned.visitor, own), ("thu", walker.sessions["thu"] | own)):
        answer = walker.tries(route.method, route.address(walker.values(planned.values)), cookies, **more)
        got = _meaning(answer, "POST")  # a page too may say in words that a link is void
        problem = [] if got in ("done", "refused in words", "sign in") else [f"{route.name} as {who}: {got}"]
        THE_RECORD.checked_role(route.name, *problem)
        assert not problem
    if route.parameters:
        answer = walker.tries(route.method, route.address(dict.fromkeys(route.parameters, "A" * 21 + "B")), {}, **more)
        got = _meaning(answer, "POST")
        problem = [] if got in ("sign in", planned.guessed) else [f"{route.name} with a made-up key: {got}"]
        THE_RECORD.checked_role(route.name, *problem)
        assert not problem


def _kind_of(route: Route) -> Kind:
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


def _tries(walker: Walker, route: Route, kind: Kind) -> Iterator[tuple[str, dict[str, str], frozenset[str]]]:
    """Who tries a route: in words, with which cookies, and what may come of it."""
    stranger = {"sign in"} if route.allowed != ANYBODY else {"done", "refused in words"}
    yield "a stranger", {}, frozenset(stranger)
    for role in Role:
        for place, unit in PLACES.items():
            cookies = walker.sessions[authority.officer_with(role, unit)]
            yield f"{role} {place}", cookies, _expected(route, kind, role, place)
        left = walker.sessions[authority.officer_with(role, PLACES["here"], left=True)]
        yield f"{role} who has left", left, frozenset(stranger)
    if not route.towards and route.allowed != ANYBODY:
        yield "somebody who has a duty first", walker.sessions[authority.NEWCOMER], frozenset({"duty first"})


def _expected(route: Route, kind: Kind, role: Role, place: str) -> frozenset[str]:
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


def _meaning(answer: httpx.Response, method: str) -> str:
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
