"""How the desk is: every part of it asked now, what waits, what failed, and which versions run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from bootstrap import condition
from bootstrap.condition import Fact, Part, Well
from console.staff.administrators import audit_shown
from console.web.filters import clock
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number
from desk.attachments.limits import MEGABYTE
from desk.cases.model import Case
from desk.cases.queries import seen_by
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.floods import listing as floods
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.system import audit_state, failed, law_state, set_aside, store_state
from desk.system.failed import NotSentAgain
from desk.system.store_state import ChannelState, Database, StoreState
from desk.tables.shown import number

PATH = "/desk/system"
#: Messages that failed, on one page.
LISTED = 20
#: What the page can say was done.
DONE = ("sent_again", "taken_up")


@dataclass(frozen=True)
class ShownPart:
    """A part in words; ``todo`` is empty where nothing is to be done."""

    name: str
    state: str
    facts: list[tuple[str, str]]
    todo: str


@dataclass(frozen=True)
class ShownFailure:
    """A message that failed or is uncertain; ``number``: its case's, where the officer sees one."""

    id: int
    at: dt.datetime
    channel: str
    author: str
    number: str | None
    state: str
    error: str
    attempts: int
    may_be_sent_again: bool


@get("/system", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def system_page(
    request: HttpRequest,
    site: OfSite,
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The state of everything, as it is now."""
    return shown(request, site, done=done if done in DONE else "", after=after, before=before)


@post("/system/send-again", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def send_message_again(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Try a message that failed, or may not have arrived, once more."""
    wanted = whole_number(data.get("delivery"))
    if not wanted:
        raise NotFoundException
    try:
        with site.desk.store.writing() as session:
            failed.send_again(site.desk, session, wanted, officer_in(request, session))
    except NotSentAgain as refused:
        return shown(request, site, refused=refused.reason)
    return see_other(f"{PATH}?done=sent_again")


def shown(
    request: HttpRequest,
    site: Site,
    *,
    done: str = "",
    refused: str = "",
    after: str | None = None,
    before: str | None = None,
) -> Template:
    """The page, with what was done or why it was refused."""
    language, desk = language_of(request), site.desk
    parts = condition.look(request.app.state.settings)  # before the store is opened: it may take two seconds
    with desk.store.reading() as session:
        state = store_state.of(session)
        listed = failed.listed(session, limit=LISTED, after=after, before=before)
        law = law_state.warnings(desk, session, desk.today(), language)
        audit = audit_state.of(session)
        aside = set_aside.listed(session, limit=LISTED)
        flooding = floods.listed(session, limit=LISTED)
        failures = _failures(session, officer_in(request, session), listed.rows)
    in_words = [_part(desk, part, state, language) for part in parts.values()]
    not_well = [part.name for part in in_words if part.todo and part.state not in (Well.WELL, Well.OFF)]
    return page(
        request,
        site,
        "staff/administrators/system.html",
        here=PATH,
        status=409 if refused else 200,
        parts=in_words,
        not_well=", ".join(desk.texts.say(f"system.name.{name}", language) for name in not_well),
        database=_database(desk, state.database, language),
        waiting=[
            ("updates", "update", state.updates),
            ("deliveries", "delivery", state.deliveries),
            ("letters", "letter", state.letters),
        ],
        has_post=desk.post is not None,
        versions=condition.versions(),
        law=law,
        audit=audit_shown.facts(desk, audit, language),
        audit_warnings=audit_state.warnings(desk, audit, language),
        listed=listed,
        failures=failures,
        set_aside=aside,
        floods=flooding,
        done=done,
        refused=desk.texts.say(refused, language) if refused else "",
    )


def _part(desk: Desk, part: Part, state: StoreState, language: Language) -> ShownPart:
    say = desk.texts.say
    facts: dict[str, Fact] = dict(part.facts)
    behind = part.name == "knowledge" and part.well is Well.WELL and facts.get("publication_no") != state.publication_no
    if part.name == "knowledge" and part.well is not Well.DOWN:
        facts["published"] = state.publication_no
    if part.name == "scanner" and part.well is not Well.OFF:
        facts["files_waiting"] = state.files_waiting
    if part.name == "bot":
        facts |= _of_channel(state.telegram)
    if part.ms is not None and part.name not in ("bot", "clock") and part.well is not Well.OFF:
        facts["ms"] = part.ms
    hint = f"system.hint.{part.name}.{part.well}"
    todo = say(hint, language) if desk.texts.has(hint) else ""
    return ShownPart(
        part.name,
        part.well.value,
        [(say(f"system.fact.{name}", language), _in_words(desk, name, fact, language)) for name, fact in facts.items()],
        say("page.system.behind", language) if behind else todo,
    )


def _of_channel(channel: ChannelState) -> Mapping[str, Fact]:
    """What the store tells of Telegram; the error only where there was one."""
    facts: dict[str, Fact] = {"received_at": channel.received_at, "delivered_at": channel.delivered_at}
    if channel.failed_at is not None:
        facts |= {"failed_at": channel.failed_at, "send_error": channel.error}
    return facts


def _in_words(desk: Desk, name: str, fact: Fact, language: Language) -> str:
    match fact:
        case None:
            return desk.texts.say("page.system.never", language)
        case dt.datetime():
            return clock(fact, language)
        case int() | float():
            unit = {"ms": "milliseconds", "lag": "seconds"}.get(name)
            plain = number(fact, language, 1 if unit == "seconds" else 0)
            return desk.texts.say(f"page.system.{unit}", language, value=plain) if unit else plain
        case _:
            return fact


def _database(desk: Desk, database: Database, language: Language) -> list[tuple[str, str]]:
    say = desk.texts.say
    size = "–"
    if database.bytes is not None:
        size = say("page.system.megabytes", language, value=number(database.bytes / MEGABYTE, language, 1))
    newest = (
        say("system.database.newest", language)
        if database.is_newest
        else say("system.database.old", language, newest=database.newest)
    )
    kinds = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return [
        (say("system.database.kind", language), kinds.get(database.kind, database.kind)),
        (say("system.database.size", language), size),
        (say("system.database.revision", language), f"{database.revision} ({newest})"),
    ]


def _failures(session: Session, officer: Officer, deliveries: list[Delivery]) -> list[ShownFailure]:
    """The messages with the numbers of their cases, as far as the officer sees those."""
    cases = {each.message.case_id for each in deliveries if each.message.case_id is not None}
    query = select(Case.id, Case.number).where(Case.id.in_(cases), seen_by(officer))
    numbers = {row.id: row.number for row in session.execute(query)}
    return [
        ShownFailure(
            id=each.id,
            at=each.created_at,
            channel=each.channel,
            author=each.message.author,
            number=numbers.get(each.message.case_id),
            state=each.state,
            error=each.error or "",
            attempts=each.attempts,
            may_be_sent_again=failed.may_be_sent_again(each),
        )
        for each in deliveries
    ]
