"""What every page is made with: the desk behind it, its cookies, its language, and one function that renders."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.limiting import Limiting
from console.web.signing_in_rules import SigningInRules
from desk.accounts import sessions as accounts
from desk.desk import Desk
from desk.guidance.record import LANGUAGES, Language
from desk.people import sessions
from desk.people.model import Officer, Role, SignIn
from desk.ratings.reviews import listing as reviews

HERE = Path(__file__).parent.parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
#: Long enough for an officer's reply of 8,000 letters and a pasted text of 20,000, each letter up to nine bytes.
FORM_BYTES = 300_000

_VISITOR_LASTS = 365 * 24 * 3600
_SIGN_IN_LASTS = int(sessions.LASTS.total_seconds())
_PERSON_LASTS = int(accounts.LASTS.total_seconds())
_VISITOR = re.compile(r"[A-Za-z0-9_-]{22}")

HttpRequest = Request[Any, Any, State]


@dataclass(frozen=True)
class Site:
    """The desk as the web reaches it, how officers sign in, and how much is taken from whom."""

    desk: Desk
    signing_in: SigningInRules
    limiting: Limiting
    #: The bot's name in Telegram without its @, where the operator has set it.
    bot_name: str = ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https, on this machine or through a proxy."""
        return self.desk.web_address.startswith("https://")

    def cookie_name(self, name: str) -> str:
        """The browser refuses a ``__Host-`` cookie that is not secure or that another host set."""
        return f"__Host-{name}" if self.secure else name

    def cookie(self, name: str, value: str, lasts: int | None) -> Cookie:
        """A cookie that no script reads and that other sites' forms do not send.

        ``lasts`` in seconds; None until the browser is closed, 0 to take it away.
        """
        return Cookie(
            self.cookie_name(name), value=value, max_age=lasts, httponly=True, secure=self.secure, samesite="lax"
        )

    def visitor_cookie(self, visitor: str) -> Cookie:
        return self.cookie("visitor", visitor, _VISITOR_LASTS)

    def sign_in_cookie(self, token: str) -> Cookie:
        return self.cookie("officer", token, _SIGN_IN_LASTS)

    def person_cookie(self, token: str, *, shared: bool = False) -> Cookie:
        """What a browser keeps that is signed in as a person; on a shared computer until it is closed."""
        return self.cookie("person", token, None if shared else _PERSON_LASTS)

    def without(self, name: str) -> Cookie:
        """Take a cookie out of the browser."""
        return self.cookie(name, "", 0)

    def sent_cookie(self, request: HttpRequest, name: str) -> str:
        """What the browser sent of a cookie of ours; empty where it has none."""
        return request.cookies.get(self.cookie_name(name), "")

    def visitor_of(self, request: HttpRequest) -> str | None:
        """The web visitor's id; None where there is none or it has not the form of ours."""
        value = self.sent_cookie(request, "visitor")
        return value if _VISITOR.fullmatch(value) else None

    def token_of(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
        """The token of the officer's session, as the browser sent it."""
        return connection.cookies.get(self.cookie_name("officer"))


#: How a handler asks for the site.
OfSite = NamedDependency[SkipValidation[Site]]
#: The fields of a form.
Form = URLEncodedBody[dict[str, str]]


def path_of(request: HttpRequest) -> str:
    """The path that was asked for; the whole address of a request cannot be read where its Host is none."""
    return str(request.scope["path"])


def language_of(request: HttpRequest) -> Language:
    """The language of a page: what the visitor chose, else what the browser prefers, else Vietnamese."""
    wanted = request.cookies.get("__Host-language") or request.cookies.get("language", "")
    for part in (wanted, *request.headers.get("accept-language", "").split(",")):
        code = part.strip().split(";")[0].split("-")[0].lower()
        for language in LANGUAGES:
            if code == language:
                return language
    return "vi"


def officer_of(request: HttpRequest) -> Officer | None:
    """The officer whom the guard let in, as they were when the request came."""
    found = request.scope.get("state", {}).get("officer")
    return found if isinstance(found, Officer) else None


def sign_in_of(request: HttpRequest) -> SignIn:
    """The session in which the guard let the officer in, as it was when the request came."""
    found = request.scope.get("state", {}).get("sign_in")
    if not isinstance(found, SignIn):
        raise LookupError("the guard let a request in without a session")
    return found


def officer_in(request: HttpRequest, session: Session) -> Officer:
    """The officer whom the guard let in, as they are now."""
    officer = officer_of(request)
    if officer is None:
        raise LookupError("the guard let a request in without an officer")
    return session.get_one(Officer, officer.id)


def page(
    request: HttpRequest, site: Site, name: str, *, status: int = 200, cookies: Sequence[Cookie] = (), **context: Any
) -> Template:
    """A page in the visitor's language; ``context`` must hold plain values, for the store is closed by then."""
    language, officer = language_of(request), officer_of(request)
    common = {
        "t": partial(_say, site.desk, language),
        "language": language,
        "here": path_of(request),
        "officer": officer,
        "tab_counts": _waiting_for(site, officer) if _has_tabs(name) else {},
        "case_address": f"{site.desk.web_address}/case/",
    }
    return Template(name, context=common | context, status_code=status, cookies=cookies)


def _has_tabs(name: str) -> bool:
    """Whether the tabs of the staff stand on a page: not on that of an error, nor in what a script looks up."""
    return name.startswith("staff/") and not name.endswith("_live.html")


def _waiting_for(site: Site, officer: Officer | None) -> dict[str, int]:
    """What waits for an officer behind the tabs of the console, by their names."""
    if officer is None or not officer.has_any(Role.HEAD):
        return {}
    with site.desk.store.reading() as session:
        return {"reviews": reviews.waiting_for(session, officer)}


def see_other(path: str, *, cookies: Sequence[Cookie] = ()) -> Redirect:
    """After a form: the next page, which a reload does not send again."""
    return Redirect(path, status_code=303, cookies=cookies)


def local_path(path: str, default: str) -> str:
    """A path on this site to go on to; ``default`` for whatever could lead away from it."""
    return path if re.fullmatch(r"/(?:[\w\-./?=&%]*)", path, re.ASCII) and "//" not in path else default


@cache
def styles() -> tuple[str, ...]:
    """The style sheets of every page: colours and controls first, on which the others build."""
    first = ("css/base.css", "css/controls.css", "css/masthead.css")
    return (*first, *sorted({f"css/{path.name}" for path in (STATIC / "css").glob("*.css")} - set(first)))


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _say(desk: Desk, language: Language, name: str, /, **values: object) -> str:
    return desk.texts.say(name, language, **values)
