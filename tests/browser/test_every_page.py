"""Every page of the console, as each role that may see it: in both languages, by day and night, on phone and screen.

The pages are the application's own routes, so a new one is looked at without a word here. What its address holds, and
in which further states it is worth a look, stands in tests/walks/table.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from console.web.guard import ANYBODY
from desk.guidance.record import LANGUAGES, Language
from desk.people.model import Role
from tests.believable import authority
from tests.believable.authority import shared_folder
from tests.browser.browsers import PHONE, SCREEN, Somebody
from tests.looked_at import THE_RECORD
from tests.walks import inspecting
from tests.walks.house import VISITOR, House, open_house
from tests.walks.routes import Route, pages
from tests.walks.table import ACTS, KINDS, PUBLIC, STATES
from tests.walks.things import Act, Public, Scope, State

#: On which of the two the page is looked at in which light.
_LOOKS = ((SCREEN, "light"), (PHONE, "dark"))

pytestmark = [pytest.mark.browser, pytest.mark.every_page, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from _house(browser, tmp_path_factory, empty=False)


@pytest.fixture(scope="module")
def empty_house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk where nobody has asked yet."""
    yield from _house(browser, tmp_path_factory, empty=True)


def _house(browser: Browser, factory: pytest.TempPathFactory, *, empty: bool) -> Iterator[House]:
    built = authority.built_once(shared_folder(factory), empty=empty)
    with open_house(browser, built, factory.mktemp("house")) as house:
        yield house


def _visits() -> Iterator[object]:
    """Each page with each who may see it."""
    for route in pages():
        for who in _who_sees(route):
            yield pytest.param(route, who, id=f"{route.path} {who}")


def _states() -> Iterator[object]:
    for route in pages():
        for number in range(len(STATES.get(route.name, []))):
            yield pytest.param(route, number, id=f"{route.path} state {number + 1}")


def _without_things() -> Iterator[Route]:
    """The pages whose address names nothing that has to be there."""
    return (route for route in pages() if not route.parameters and not PUBLIC.get(route.name, Public()).query)


def _who_sees(route: Route) -> list[str]:
    """A visitor, or an officer of each role that the route names, in a unit from which its thing is seen."""
    if route.allowed == ANYBODY or not route.is_staff:
        return [VISITOR]
    kind = KINDS.get(route.of)
    place = "headquarters" if kind is not None and kind.scope is Scope.HEADQUARTERS else "here"
    unit = authority.plan("authority")["places"][place]
    return [authority.officer_with(role, unit) for role in Role if role in route.allowed]


@pytest.mark.parametrize(("route", "who"), [*_visits()])
def test_a_page_is_as_every_page_is(house: House, route: Route, who: str) -> None:
    _look(house, route, who, State(), route.path)


@pytest.mark.parametrize(("route", "number"), [*_states()])
def test_a_page_is_as_every_page_is_in_its_other_states(house: House, route: Route, number: int) -> None:
    state = STATES[route.name][number]
    _look(house, route, state.by or _who_sees(route)[0], state, f"{route.path}, state {number + 1}")


@pytest.mark.parametrize("route", [*_without_things()], ids=lambda route: route.path)
def test_a_page_with_nothing_on_it_is_as_every_page_is(empty_house: House, route: Route) -> None:
    _look(empty_house, route, _who_sees(route)[0], State(), f"{route.path}, empty")


def _look(house: House, route: Route, who: str, state: State, page: str) -> None:
    """Open the page in both languages, look at it in each light and width, and follow its links."""
    guest, address = house.guest(who), house.address_of(route, state)
    guest.complaints.clear()
    if not _is_page(guest, route, address, state):
        return
    texts: dict[Language, str] = {}
    problems: list[str] = []
    for language in LANGUAGES:
        house.speaks(guest, language)
        guest.page.goto(house.address + address, wait_until="load")
        seen = inspecting.inspect(guest.page, language)
        problems += [f"{language}: {problem}" for problem in seen.problems]
        problems += _in_each_light(guest, page, f"as {who} in {language}")
        texts[language] = seen.text
        if language == "vi":
            problems += _dead_links(house, guest, who, seen.links)
    if texts["vi"] == texts["en"]:
        problems.append("it says the same in both languages")
    meant = ("status of 422", "status of 404") if state.in_words else ("status of 422",)
    problems += [said for said in guest.complaints if not any(status in said for status in meant)]
    assert not problems, f"{address} as {who}:\n" + "\n".join(problems)


def _is_page(guest: Somebody, route: Route, address: str, state: State) -> bool:
    """Whether it is a page that stands at its own address.

    A file, a piece of a page that a script fetches, and an address that leads on only have to answer; where the table
    says that there is nothing for anybody here, or that it is said in words, that is the answer.
    """
    answer = guest.page.context.request.get(guest.address + address, max_redirects=0)
    if ACTS.get(route.name, Act()).also == "not there" and answer.status == 404:
        return False
    in_words = PUBLIC.get(route.name, Public()).guessed == "refused in words" and answer.status == 422
    in_words = in_words or (state.in_words and answer.status in (404, 422))
    assert answer.status < 400 or in_words, f"{address} answers {answer.status}"
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return is_html and (answer.status < 300 or in_words) and answer.text().lstrip().lower().startswith("<!doctype")


def _in_each_light(guest: Somebody, page: str, how: str) -> list[str]:
    problems = []
    for size, light in _LOOKS:
        guest.page.set_viewport_size(size)
        guest.page.emulate_media(color_scheme=light)
        if too_wide := inspecting.wider(guest.page):
            problems.append(too_wide)
        guest.takes_a_picture(f"{page} {how}".replace("/", "_").replace(" ", "-") + f"-{light}")
        problems += [f"axe, {light}: {found}" for found in guest.violations(page, f"{how}, {light}")]
    guest.page.set_viewport_size(SCREEN)
    return problems


def _dead_links(house: House, guest: Somebody, who: str, links: tuple[str, ...]) -> list[str]:
    """Addresses of this console that this person cannot open; each is tried once a person."""
    dead = []
    for link in dict.fromkeys(link.split("#")[0] for link in links):
        if not link.startswith(house.address) or link == guest.page.url or (who, link) in house.opened:
            continue
        house.opened.add((who, link))
        THE_RECORD.links += 1
        answer = guest.page.context.request.get(link)
        if answer.status >= 400 or (who != VISITOR and "/sign-in" in urlsplit(answer.url).path):
            dead.append(f"a dead link: {link} ({answer.status})")
    return dead
