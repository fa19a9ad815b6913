"""Every route of the console with every role in every place: allowed, refused, or not there; and what is public.

The routes are the application's own, so a new one is tried without a word here. What it names and how its act is done
stands in tests/walks/table.py; a route that needs an entry there fails with a sentence that says which.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.believable import authority
from tests.believable.authority import Built, shared_folder
from tests.looked_at import THE_RECORD
from tests.walks.expecting import TABLE, kind_of, meaning, tries
from tests.walks.routes import Route, public_routes, staff_routes
from tests.walks.table import ACTS, PUBLIC
from tests.walks.things import Act, Public
from tests.walks.walker import Walker

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return authority.built_once(shared_folder(tmp_path_factory))


@pytest.fixture(scope="module")
def walker(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with Walker.begin(built, tmp_path_factory.mktemp("walked")) as walker:
        yield walker


@pytest.mark.parametrize("route", staff_routes(), ids=lambda route: route.name)
def test_each_role_in_each_place_gets_what_the_route_says(walker: Walker, route: Route) -> None:
    kind, act = kind_of(route), ACTS.get(route.name, Act())
    address = route.address(walker.values({**kind.values, **act.values}))
    fields = walker.values({**kind.fields, **act.fields})
    problems, is_done = [], False
    for who, cookies, expected in tries(walker, route, kind):
        answer = walker.tries(route.method, address, cookies, fields=fields if route.method != "GET" else None)
        got = meaning(answer, route.method)
        is_done = is_done or got == "done"
        expected |= {act.also} if "done" in expected else set()
        problem = [] if got in expected else [f"{route.name} as {who}: {got}, expected {' or '.join(sorted(expected))}"]
        THE_RECORD.checked_role(route.name, *problem)
        problems += problem
    assert not problems, "\n".join(problems)
    if act.by:
        answer = walker.tries(route.method, address, walker.sessions[act.by], fields=fields)
        is_done = meaning(answer, route.method) == "done"
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
        got = meaning(answer, "POST")  # a page too may say in words that a link is void
        problem = [] if got in ("done", "refused in words", "sign in") else [f"{route.name} as {who}: {got}"]
        THE_RECORD.checked_role(route.name, *problem)
        assert not problem
    if route.parameters:
        answer = walker.tries(route.method, route.address(dict.fromkeys(route.parameters, "A" * 21 + "B")), {}, **more)
        got = meaning(answer, "POST")
        problem = [] if got in ("sign in", planned.guessed) else [f"{route.name} with a made-up key: {got}"]
        THE_RECORD.checked_role(route.name, *problem)
        assert not problem
