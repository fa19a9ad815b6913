"""Somebody who tries addresses of the console one after the other, each on a store as if nothing had been tried."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar import Litestar

from console.app import create_app
from desk.people import service as people
from tests.believable import authority
from tests.believable.authority import Built
from tests.console_fixtures import ADDRESS, settings_in
from tests.desk_fixtures import World
from tests.walks.things import Fields, Store, Value

_TOKEN = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')
_SIGN_IN = "/desk/sign-in"


@dataclass
class Walker:
    """Browsers without a script over one console, whose store can be put back to what it was.

    ``sessions`` holds the cookies of each officer who is signed in; who has left holds those of a session that was
    ended with that.
    """

    world: World
    built: Built
    path: Path
    app: Litestar
    portal: BlockingPortal
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)
    _token: str = ""
    _form_cookies: dict[str, str] = field(default_factory=dict)
    _is_changed: bool = False

    def __post_init__(self) -> None:
        self._visits = itertools.count()
        self._transport = httpx.ASGITransport(app=self.app)
        self.client = httpx.AsyncClient(transport=self._transport, base_url=ADDRESS)

    @classmethod
    @contextmanager
    def begin(cls, built: Built, folder: Path) -> Iterator[Walker]:
        """Have every officer of the authority sign in, and keep that state of the store.

        The console runs in a loop of its own: a test that drives a browser has one running in this thread.
        """
        path = folder / "walked.sqlite"
        world = authority.opened(built, path, web_address=ADDRESS)
        app = create_app(world.desk, settings_in(folder))
        with start_blocking_portal() as portal:
            walker = cls(world, built, path, app, portal)
            walker._begins()
            yield walker

    def _begins(self) -> None:
        self._fetch_form_token()
        for officer in authority.plan("authority")["officers"]:
            self._signs_in(officer["username"], has_left=officer.get("left", False))
        self._signs_in(authority.NEWCOMER, has_left=False)
        self.world.store.engine.dispose()
        shutil.copy(self.path, self._kept)

    @property
    def _kept(self) -> Path:
        return self.path.with_suffix(".kept")

    def tries(
        self,
        method: str,
        address: str,
        cookies: Mapping[str, str],
        *,
        fields: Mapping[str, str] | None = None,
        json: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to one request, not followed to where it leads; the store is as it was at the beginning."""
        self._put_back()
        self._from_another_machine()
        form = {"_csrf_token": self._token, **fields} if fields is not None else None
        header = "; ".join(f"{name}={value}" for name, value in {**self._form_cookies, **cookies}.items())
        answer = self._asks(
            method, address, headers={"cookie": header, "accept-language": "vi"}, data=form, json=json, params=query
        )
        self.client.cookies.clear()
        self._is_changed = method != "GET" and not _came_to_nothing(answer)
        return answer

    def value(self, value: str | Value) -> str:
        """What stands in the store for a value of the table of things."""
        if isinstance(value, str):
            return value
        self._put_back()
        with self.world.store.reading() as session:
            return value(Store(session, self.built.cases))

    def values(self, values: Mapping[str, Value] | Fields) -> dict[str, str]:
        return {name: self.value(value) for name, value in values.items()}

    def visitor(self, name: str) -> dict[str, str]:
        """The cookies of somebody on the web."""
        person = authority.plan("authority")["people"].get(name)
        return {"__Host-visitor": person["address"]} if person and person.get("channel") == "web" else {}

    def keeps(self) -> None:
        """The store as it is now is what it is put back to from here on."""
        self.world.store.engine.dispose()
        shutil.copy(self.path, self._kept)
        self._is_changed = False

    def changed(self) -> None:
        """Something was written that no request wrote."""
        self._is_changed = True

    def _put_back(self) -> None:
        if not self._is_changed:
            return
        self.world.store.engine.dispose()
        for beside in ("-wal", "-shm"):
            Path(f"{self.path}{beside}").unlink(missing_ok=True)
        shutil.copy(self._kept, self.path)
        self._is_changed = False

    def _asks(self, method: str, address: str, **more: Any) -> httpx.Response:
        return self.portal.call(partial(self.client.request, method, address, **more))

    def _from_another_machine(self) -> None:
        """Each request is another visitor's, so that none comes too often."""
        number = next(self._visits)
        self._transport.client = (f"10.0.{number // 250}.{number % 250}", 1)

    def _fetch_form_token(self) -> None:
        page = self._asks("GET", _SIGN_IN)
        found = _TOKEN.search(page.text)
        assert found is not None, "the page of signing in has no form with a token"
        self._token = found.group(1)
        self._form_cookies = dict(page.cookies)
        self.client.cookies.clear()

    def _signs_in(self, username: str, *, has_left: bool) -> None:
        if has_left:
            self._acts_on(username, people.activate)
        form = {"_csrf_token": self._token, "username": username, "password": authority.PASSWORD, "next": ""}
        header = "; ".join(f"{name}={value}" for name, value in self._form_cookies.items())
        self._from_another_machine()
        answer = self._asks("POST", _SIGN_IN, data=form, headers={"cookie": header})
        assert answer.status_code == 303, f"{username} could not sign in: {answer.status_code}"
        self.sessions[username] = dict(answer.cookies)
        self.client.cookies.clear()
        if has_left:
            self._acts_on(username, people.deactivate)

    def _acts_on(self, username: str, act: object) -> None:
        assert callable(act)
        with self.world.store.writing() as session:
            act(session, people.by_username(session, username), by="operator", at=self.world.clock.now())


def _came_to_nothing(answer: httpx.Response) -> bool:
    """Whether the guard or the address stopped it, before anything could have been written."""
    to_sign_in = answer.status_code == 302 and answer.headers["location"].startswith(_SIGN_IN)
    return to_sign_in or answer.status_code in (403, 404)
