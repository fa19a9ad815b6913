"""A console over the made-up authority, with a browser for each who is at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext
from sqlalchemy.orm import Session

from desk.guidance.record import Language
from tests.believable import authority
from tests.believable.authority import Built
from tests.browser.browsers import SCREEN, Somebody, serving, watch
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.walks import things
from tests.walks.routes import Route
from tests.walks.table import ACTS, KINDS, PUBLIC
from tests.walks.things import Act, Public, State, Value

#: Who looks at what everybody may see: somebody on the web, of tests/believable/authority.yml.
VISITOR = "thao"


@dataclass
class House:
    """A console over a store, with a browser for each who is at it."""

    world: World
    built: Built
    address: str
    browser: Browser
    guests: dict[str, Somebody] = field(default_factory=dict)
    opened: set[tuple[str, str]] = field(default_factory=set)

    def guest(self, who: str) -> Somebody:
        """The browser of an officer who is signed in, or of somebody on the web whose chat is known."""
        if who not in self.guests:
            context = self.browser.new_context(viewport=SCREEN, locale="vi-VN")
            self.guests[who] = Somebody(context.new_page(), self.address)
            watch(context, self.guests[who])
            if who in authority.plan("authority")["people"]:
                self._is_known(context, who)
            else:
                self._signs_in(self.guests[who], who)
        return self.guests[who]

    def speaks(self, guest: Somebody, language: Language) -> None:
        guest.page.context.add_cookies([{"name": "language", "value": language, "url": self.address}])

    def store(self, session: Session) -> things.Store:
        return things.Store(session, self.built.cases)

    def address_of(self, route: Route, state: State) -> str:
        kind = KINDS.get(route.of)
        known: dict[str, Value] = {
            **(kind.values if kind is not None else {}),
            **ACTS.get(route.name, Act()).values,
            **PUBLIC.get(route.name, Public()).values,
            **state.values,
        }
        with self.world.store.reading() as session:
            store = self.store(session)
            asked = {name: value(store) for name, value in PUBLIC.get(route.name, Public()).query.items()}
            query = state.query or (f"?{urlencode(asked)}" if asked else "")
            return route.address({name: known[name](store) for name in route.parameters}) + query

    def _signs_in(self, guest: Somebody, username: str) -> None:
        guest.open("/desk/sign-in")
        guest.page.locator("[name=username]").fill(username)
        guest.page.locator("[name=password]").fill(authority.PASSWORD)
        guest.page.locator("main button").first.click()
        guest.page.wait_for_url(lambda url: "/sign-in" not in url)

    def _is_known(self, context: BrowserContext, who: str) -> None:
        visitor = authority.plan("authority")["people"][who]["address"]
        context.add_cookies([{"name": "visitor", "value": visitor, "url": self.address}])


@contextmanager
def open_house(browser: Browser, built: Built, folder: Path) -> Iterator[House]:
    """A console over a copy of the authority, which ``folder`` gets; its browsers are closed with it."""
    port = free_port()
    world = authority.opened(built, folder / "desk.sqlite", web_address=f"http://127.0.0.1:{port}")
    with serving(world.desk, folder, port) as address:
        house = House(world, built, address, browser)
        yield house
        for guest in house.guests.values():
            guest.page.context.close()
