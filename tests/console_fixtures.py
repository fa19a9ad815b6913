"""What tests of the web door share: a browser of each person, forms with their token, and cases to work on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bootstrap.settings import Settings
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.desk import Desk
from desk.people import service as people
from desk.people.model import Officer
from tests.desk_fixtures import World

#: The tests' desk is reached by https, so that the browsers here take its secure cookies.
ADDRESS = "https://desk.example"
_TOKEN = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')


def settings_in(folder: Path, **more: Any) -> Settings:
    return Settings(_env_file=None, var_dir=folder, web_address=ADDRESS, **more)


@dataclass
class Browser:
    """A browser without a script: keeps cookies, fills in forms, goes where it is sent."""

    client: TestClient[Litestar]

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def posts(self, path: str, data: Mapping[str, str], *, form_on: str) -> httpx.Response:
        """Send a form of the page ``form_on``, with its token, and follow to the page after it."""
        page = self.client.get(form_on)
        found = _TOKEN.search(page.text)
        assert found is not None, page.text
        return self.client.post(path, data={"_csrf_token": found.group(1), **data})

    def sends_files(
        self, path: str, data: Mapping[str, str], files: Sequence[tuple[str, bytes]], *, form_on: str
    ) -> httpx.Response:
        """Send a form with files chosen in it."""
        page = self.client.get(form_on)
        found = _TOKEN.search(page.text)
        assert found is not None, page.text
        chosen = [("files", (name, content, "application/x-made-up")) for name, content in files]
        return self.client.post(path, data={"_csrf_token": found.group(1), **data}, files=chosen)

    def asks(self, text: str) -> httpx.Response:
        return self.posts("/chat", {"text": text}, form_on="/chat")

    def presses(self, title: str) -> httpx.Response:
        """Press the newest button of this title in the chat."""
        page = self.client.get("/chat").text
        buttons = re.findall(r'name="button" value="([^"]+)">([^<]+)</button>', page)
        return self.posts("/chat", {"button": [value for value, name in buttons if name == title][-1]}, form_on="/chat")

    def signs_in(self, username: str, password: str) -> httpx.Response:
        return self.posts(
            "/desk/sign-in", {"username": username, "password": password, "next": ""}, form_on="/desk/sign-in"
        )


def open_case(world: World, question: str = "Tờ khai của tôi bị treo, phải làm gì?", chat: str = "telegram") -> Case:
    """The case of a question that the desk had no answer to."""
    person = world.chatter("300", channel=chat)
    if chat == "web":
        with world.store.writing() as session:
            known = conversations.chat_of(session, Incoming(chat, "300", Kind.TEXT), world.clock.now())
            known.person.contact = "lan@example.vn"
    person.writes(question)
    person.taps("ask_officer")
    person.taps("send_as_is")
    return newest_case(world.desk)


def newest_case(desk: Desk) -> Case:
    with desk.store.reading() as session:
        return session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()


def officer_replies(world: World, text: str, *, resolve: bool = False) -> None:
    """minh claims the only case and replies."""
    with world.store.writing() as session:
        case, officer = only_case(session), officer_named(session, "minh")
        officer_desk.claim(world.desk, session, case, officer)
        officer_desk.reply(world.desk, session, case, officer, text)
        if resolve:
            officer_desk.resolve(world.desk, session, case, officer)


def only_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def officer_named(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    assert officer is not None
    return officer
