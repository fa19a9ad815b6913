"""Whether anybody reaches what is somebody else's: routes, cases, files, receipts, exports, accounts and buttons.

Everybody who might try does: each role in each unit, who has left, persons of several enterprises who are signed in on
the web, visitors, strangers, other chats in Telegram. What each should reach is reckoned here, from the plan of the
made-up authority and the columns of its store, and not by the rules of the desk that are tried.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.web.guard import ANYBODY, CASE_WORKERS
from desk.accounts import sessions
from desk.accounts.model import PersonSignIn
from desk.attachments.model import Attachment
from desk.audit.model import AuditEntry
from desk.cases.model import Case, Contradiction
from desk.conversations import service as conversations
from desk.conversations.model import Button, Chat, Conversation, Message, Person
from desk.enquiries.model import Enquiry
from desk.enterprises.model import Enterprise, Membership, MembershipKind, MembershipState
from desk.guidance.record import LANGUAGES
from desk.people import service as people
from desk.people.model import Role
from desk.receipts.model import Receipt
from desk.units.model import Unit
from tests.believable import authority
from tests.believable.authority import Built
from tests.desk_fixtures import Chatter
from tests.walks.expecting import PLACES, kind_of, meaning, tries
from tests.walks.routes import Route, staff_routes
from tests.walks.table import ACTS
from tests.walks.things import Act
from tests.walks.walker import Walker

#: What keeps somebody out, by its meaning.
KEPT_OUT = frozenset({"sign in", "duty first", "forbidden", "not there"})
#: Pages and files that tell questions of the public, masked, to whoever works on what the desk says.
QUESTIONS_WITHOUT_WHO = ("/desk/contradictions", "/desk/figures", "/desk/gaps")
#: Buttons of one act that are tried: they are all looked up in one way.
BUTTONS_OF_AN_ACT = 20
_KEY = re.compile(r"/case/([A-Za-z0-9_-]{16,})")
_NUMBER = re.compile(r"\b20\d\d-\d{5}\b")
_PERSONAL = re.compile(r"\b99\d{8}\b|[\w.+-]+@[\w-]+\.\w+|\b0900[ .]?000[ .]?\d{3}\b")


@dataclass
class Tried:
    """How much was tried, and what was reached that should not have been."""

    checks: int = 0
    leaks: list[str] = field(default_factory=list)

    def check(self, is_kept: object, leak: str) -> None:
        self.checks += 1
        if not is_kept:
            self.leaks.append(leak)

    def as_json(self) -> dict[str, Any]:
        return {"checks": self.checks, "leaks": self.leaks}


@dataclass(frozen=True)
class Somebody:
    """A person who asks: who they are in the store, and the cookies of their browser."""

    name: str
    person: str
    chat: str
    cookies: Mapping[str, str]


def leaks(folder: Path, built: Built | None = None) -> dict[str, Any]:
    """Everything is tried on a store that is built in the folder: {"checks": how many, "leaks": a sentence each}."""
    with Walker.begin(built or authority.built_once(folder), folder) as walker:
        tried, everybody = Tried(), _signed_in(walker)
        of_routes(walker, tried)
        of_cases(walker, tried)
        of_lists(walker, tried)
        of_my_cases(walker, everybody, tried)
        of_files(walker, everybody, tried)
        of_conversations(walker, everybody, tried)
        of_receipts(walker, everybody, tried)
        of_accounts(walker, everybody, tried)
        of_private_links(walker, everybody, tried)
        of_buttons(walker, tried)
        of_chats(walker, tried)
    return tried.as_json()


# --- officers ---


def of_routes(walker: Walker, tried: Tried, routes: Iterable[Route] | None = None) -> None:
    """Each route of the staff with each role in each place: who is kept out does nothing and reads nothing of it."""
    words = _words_of_cases(walker)
    for route in staff_routes() if routes is None else routes:
        kind, act = kind_of(route), ACTS.get(route.name, Act())
        address = route.address(walker.values({**kind.values, **act.values}))
        fields = walker.values({**kind.fields, **act.fields}) if route.method != "GET" else None
        for who, cookies, expected in tries(walker, route, kind):
            if not expected <= KEPT_OUT | {"refused in words"}:
                continue
            answer = walker.tries(route.method, address, cookies, fields=fields)
            got = meaning(answer, route.method)
            tried.check(got != "done", f"{route.name} as {who}: {got}")
            if got in KEPT_OUT:  # a page that refuses in words is one that they may read
                tried.check(not _found(words, answer), f"{route.name} as {who} is refused and tells what a case says")


def of_cases(walker: Walker, tried: Tried) -> None:
    """Each case and its files with each officer: those of its unit and of those above, and nobody else."""
    with walker.world.store.reading() as session:
        cases = [(case.number, case.unit_id, case.holder_id) for case in session.scalars(select(Case))]
        files = _files_of_cases(session)
        reach = {who: _scope(session, who) for who in _officers()}
    words = _words_of_cases(walker)
    for who, (role, scope, own_id) in reach.items():
        for number, unit, holder in cases:
            may = role in CASE_WORKERS and (unit in scope or holder == own_id)
            for address in (f"/desk/cases/{number}", *(f"/desk/cases/{number}/files/{file}" for file in files[number])):
                answer = walker.tries("GET", address, walker.sessions[who])
                got = meaning(answer, "GET")
                tried.check(may or got in KEPT_OUT, f"GET {address} as {who} ({role}): {got}")
                tried.check(may or not _found(words, answer), f"GET {address} as {who} tells what a case says")
            if not may:
                answer = walker.tries(
                    "POST", f"/desk/cases/{number}/note", walker.sessions[who], fields={"text": "x", "seen": "1"}
                )
                got = meaning(answer, "POST")
                tried.check(got in KEPT_OUT, f"POST /desk/cases/{number}/note as {who} ({role}): {got}")


def of_lists(walker: Walker, tried: Tried) -> None:
    """Each list, search and export with each officer: no case of a unit that is not theirs is named there.

    The audit also tells what officers of one's units did elsewhere. Two answers that contradict each other are told to
    both units, and questions that the guidance lacks to all who mend it: neither says there who asked.
    """
    said = _words_by_number(walker)
    with walker.world.store.reading() as session:
        reach = {who: _scope(session, who) for who in _officers()}
        cases = [(case.number, case.unit_id, case.holder_id) for case in session.scalars(select(Case))]
        acted, beside = _acted_in(session), _set_beside(session)
        names = [name for one in session.scalars(select(Enterprise)) for name in (one.name, one.tax_code, one.contact)]
    for route in staff_routes():
        if route.method != "GET" or route.parameters or route.allowed == ANYBODY:
            continue
        for who, (role, scope, own_id) in reach.items():
            if role not in route.allowed:
                continue
            own = {number for number, unit, holder in cases if unit in scope or holder == own_id}
            told = set(own)
            if route.path.startswith("/desk/audit"):
                told |= {number for number, units in acted.items() if units & scope}
            if route.path == "/desk/contradictions":
                told |= {other for number in own for other in beside.get(number, ())}
            for query in ("", "?q=khai"):
                answer = walker.tries("GET", route.path + query, walker.sessions[who])
                text, leak = _text_of(answer), f"{route.name}{query} as {who} ({role})"
                for number, _, _ in cases:
                    if number not in told:
                        tried.check(number not in text, f"{leak} names case {number}")
                        if not route.path.startswith(QUESTIONS_WITHOUT_WHO):
                            tried.check(said.get(number, number) not in text, f"{leak} quotes case {number}")
                if route.path.startswith(QUESTIONS_WITHOUT_WHO):
                    found = [name for name in names if name and name in text]
                    tried.check(not found, f"{leak} says who asked: {found}")


# --- persons, on the web ---


def of_my_cases(walker: Walker, everybody: list[Somebody], tried: Tried) -> None:
    """The list of one's cases, for each enterprise that its address can name: only what one sees as whom one acts."""
    with walker.world.store.reading() as session:
        enterprises = ["", "own", *(str(number) for number in session.scalars(select(Enterprise.id)))]
        keys = dict(session.execute(select(Case.key, Case.id)).all())
        seen = {(one.name, asked): _seen(session, one, asked) for one in everybody for asked in enterprises}
    for one in everybody:
        for asked in enterprises:
            for query in (f"?enterprise={asked}", f"?enterprise={asked}&q=khai", f"?enterprise={asked}&stage=settled"):
                answer = walker.tries("GET", f"/my-cases{query}", one.cookies)
                shown = {key for key in keys if key in _KEY.findall(answer.text)}
                for key, case in keys.items():
                    kept = key not in shown or case in seen[one.name, asked]
                    tried.check(kept, f"GET /my-cases{query} as {one.name} lists case {case}")


def of_files(walker: Walker, everybody: list[Somebody], tried: Tried) -> None:
    """Each file with each person, by the cookie and by each conversation whose id they might have heard."""
    with walker.world.store.reading() as session:
        query = select(Attachment.id, Conversation.id, Chat.id, Chat.channel, Chat.address)
        query = query.join(Message, Message.order_no == Attachment.message_order)
        query = query.join(Conversation, Conversation.id == Message.conversation_id)
        files = session.execute(query.join(Chat, Chat.id == Conversation.chat_id)).all()
        other = session.scalars(
            select(Conversation.id).join(Chat, Chat.id == Conversation.chat_id).where(Chat.channel == "telegram")
        ).all()
    for file, conversation, chat, channel, address in files:
        for one in everybody:
            own = one.chat == chat
            answer = walker.tries("GET", f"/files/{file}", one.cookies)
            tried.check(own or answer.status_code == 404, f"GET /files/{file} as {one.name}: {answer.status_code}")
            # An id of 128 random bits is the key to a visitor's chat; it opens no chat of Telegram and no account's.
            may = own or (channel == "web" and ":" not in address)
            answer = walker.tries("GET", f"/files/{file}?conversation={conversation}", one.cookies)
            tried.check(may or answer.status_code == 404, f"GET /files/{file} of conversation {conversation}")
            for foreign in other[:3]:
                answer = walker.tries("GET", f"/files/{file}?conversation={foreign}", one.cookies)
                tried.check(own or answer.status_code == 404, f"GET /files/{file} by conversation {foreign}")


def of_conversations(walker: Walker, everybody: list[Somebody], tried: Tried) -> None:
    """A conversation of Telegram or of an account is read and gone on with by nobody who knows its id."""
    with walker.world.store.reading() as session:
        query = select(Conversation.id, Chat.channel, Chat.address).join(Chat, Chat.id == Conversation.chat_id)
        closed = [number for number, channel, address in session.execute(query) if channel != "web" or ":" in address]
    for conversation in closed:
        for one in (*everybody[:3], _nobody()):
            answer = walker.tries("GET", f"/api/chat/messages?conversation={conversation}", one.cookies)
            tried.check(answer.status_code == 404, f"GET /api/chat/messages of {conversation} as {one.name}")
        body = {"conversation": conversation, "text": "Tôi hỏi tiếp."}
        answer = walker.tries("POST", "/api/chat/messages", {}, json=body)
        tried.check(answer.status_code == 404, f"POST /api/chat/messages to {conversation}: {answer.status_code}")


def of_receipts(walker: Walker, everybody: list[Somebody], tried: Tried) -> None:
    """A receipt tells who asked, and what they wrote of themselves, to nobody but whom it was given."""
    with walker.world.store.reading() as session:
        query = select(Receipt.code, Enquiry.text, Chat.person_id).join(Enquiry, Enquiry.id == Receipt.enquiry_id)
        query = query.join(Conversation, Conversation.id == Enquiry.conversation_id)
        given = session.execute(query.join(Chat, Chat.id == Conversation.chat_id)).all()
        names = session.scalars(select(Enterprise.name)).all()
    for code, text, asker in given:
        for one in (*everybody, _nobody()):
            if one.person == asker:
                continue
            answer = walker.tries("GET", f"/receipt/{code}", one.cookies)
            told = [found for found in _PERSONAL.findall(text) if found in answer.text]
            told += [name for name in names if name in answer.text]
            tried.check(not told, f"GET /receipt/{code} as {one.name} tells {told}")


def of_accounts(walker: Walker, everybody: list[Somebody], tried: Tried) -> None:
    """What belongs to a person's account is changed by nobody else who knows its number."""
    with walker.world.store.reading() as session:
        memberships = session.execute(select(Membership.id, Membership.person_id)).all()
        verified = {
            (one.person_id, one.enterprise_id)
            for one in session.scalars(select(Membership))
            if one.state == MembershipState.VERIFIED
        }
        enterprises = session.scalars(select(Enterprise.id)).all()
        chats = session.execute(select(Chat.id, Chat.person_id)).all()
        signed_in = session.execute(select(PersonSignIn.id, PersonSignIn.person_id)).all()
    for one in (*everybody, _nobody()):
        for membership, owner in memberships:
            if owner == one.person:
                continue
            for method in ("GET", "POST"):
                address, fields = f"/account/memberships/{membership}/end", {} if method == "POST" else None
                answer = walker.tries(method, address, one.cookies, fields=fields)
                got = meaning(answer, method)
                tried.check(got in KEPT_OUT, f"{method} {address} as {one.name}: {got}")
        for enterprise in enterprises:
            if (one.person, enterprise) in verified:
                continue
            walker.tries("POST", "/account/acting", one.cookies, fields={"enterprise": str(enterprise)})
            with walker.world.store.reading() as session:
                person = session.get(Person, one.person)
                acts = person.acting_for_id if person is not None else None
                tried.check(acts != enterprise, f"POST /account/acting as {one.name} acts for enterprise {enterprise}")
        for number, owner in signed_in:
            if owner == one.person:
                continue
            walker.tries("POST", f"/account/sign-ins/{number}/end", one.cookies, fields={})
            with walker.world.store.reading() as session:
                ended = session.get_one(PersonSignIn, number).revoked_at
            tried.check(ended is None, f"POST /account/sign-ins/{number}/end as {one.name} ends it")
        for chat, owner in chats[:20]:
            if owner == one.person:
                continue
            answer = walker.tries("POST", "/account/news", one.cookies, fields={"chat": chat, "topic_tax": "1"})
            got = meaning(answer, "POST")
            tried.check(got in KEPT_OUT, f"POST /account/news for the chat of another as {one.name}: {got}")


def of_private_links(walker: Walker, everybody: list[Somebody], tried: Tried) -> None:
    """Whoever has a case's private link reads it; nobody changes that link but who sees the case without it."""
    with walker.world.store.reading() as session:
        cases = session.execute(select(Case.id, Case.key)).all()
        seen = {one.name: _seen(session, one, "") for one in everybody}
    for case, key in cases:
        for one in (*everybody, _nobody()):
            if case in seen.get(one.name, set()):
                continue
            answer = walker.tries("POST", f"/case/{key}/link", one.cookies, fields={})
            tried.check(answer.status_code == 409, f"POST /case/{key}/link as {one.name}: {answer.status_code}")
        for guessed in (
            key[:-1],
            key[:-1] + ("A" if key[-1] != "A" else "B"),
            key.swapcase(),
            f"{key}%20",
            f"{key}%0a",
        ):
            answer = walker.tries("GET", f"/case/{guessed}", {})
            tried.check(answer.status_code == 404, f"GET /case/{guessed}: {answer.status_code}")


# --- chats ---


def of_buttons(walker: Walker, tried: Tried) -> None:
    """Buttons of each act with each chat that is not their own: none is one there; nor after its time in its own."""
    with walker.world.store.reading() as session:
        chats = session.scalars(select(Chat)).all()
        query = select(Button.act, Button.id, Button.expires_at, Conversation.chat_id)
        query = query.join(Conversation, Conversation.id == Button.conversation_id).order_by(Button.id)
        now, tried_of = walker.world.clock.now(), Counter[str]()
        for act, button, expires_at, own in session.execute(query).all():
            tried_of[act] += 1
            if tried_of[act] > BUTTONS_OF_AN_ACT:
                continue
            for chat in chats:
                found = conversations.pressed(session, button, chat, now)
                kept = found is None or (chat.id == own and expires_at > now)
                tried.check(kept, f"button {button} ({act}) is pressed in chat {chat.channel} {chat.address}")
            late = conversations.pressed(session, button, session.get_one(Chat, own), expires_at)
            tried.check(late is None, f"button {button} ({act}) is pressed after its time")


def of_chats(walker: Walker, tried: Tried) -> None:
    """What a chat of Telegram is told of its cases is of its own person's; a foreign button does nothing there."""
    plan = authority.plan("authority")["people"]
    void = {walker.world.text("bad_input.button", language) for language in LANGUAGES}
    for name, planned in plan.items():
        if planned.get("channel", "telegram") != "telegram":
            continue
        chatter = walker.world.chatter(planned["address"])
        with walker.world.store.reading() as session:
            chat = session.scalars(
                select(Chat).where(Chat.channel == "telegram", Chat.address == chatter.address)
            ).one()
            one = Somebody(name, chat.person_id, chat.id, {})
            own, numbers = _seen(session, one, ""), dict(session.execute(select(Case.number, Case.id)).all())
            foreign = _buttons_elsewhere(session, chat)
        for said in chatter.commands("cases"):
            for number, case in numbers.items():
                tried.check(number not in said.text or case in own, f"/cases in the chat of {name} names {number}")
        for button, act in foreign:
            _presses(walker, chatter, button, act, name, void, tried)
    walker.changed()


def _presses(walker: Walker, chatter: Chatter, button: str, act: str, name: str, void: set[str], tried: Tried) -> None:
    before = _counted(walker)
    said = chatter.presses(button)
    leak = f"the button {act} of another chat, pressed in that of {name}"
    tried.check(_counted(walker) == before, f"{leak}, does something")
    tried.check({one.text for one in said} <= void, f"{leak}, tells something")


# --- what is in the store ---


def _signed_in(walker: Walker) -> list[Somebody]:
    """A browser for each person of the plan, signed in; and for those of the web also as the visitor they were."""
    found: list[Somebody] = []
    with walker.world.store.writing() as session:
        for name, planned in authority.plan("authority")["people"].items():
            channel = planned.get("channel", "telegram")
            chat = session.scalars(
                select(Chat).where(Chat.channel == channel, Chat.address == planned["address"])
            ).one_or_none()
            if chat is None:
                continue
            if channel == "web":
                found.append(Somebody(name, chat.person_id, chat.id, {"__Host-visitor": planned["address"]}))
            token = sessions.begin(
                session, chat.person, how="telegram", shared=False, device="–", at=walker.world.clock.now()
            )
            found.append(Somebody(f"{name}, signed in", chat.person_id, "", {"__Host-person": token}))
    walker.keeps()
    return found


def _nobody() -> Somebody:
    return Somebody("a stranger", "", "", {})


def _officers() -> Iterator[str]:
    for role in Role:
        for unit in PLACES.values():
            yield authority.officer_with(role, unit)


def _scope(session: Session, username: str) -> tuple[Role, frozenset[int], int]:
    """An officer's role, the units in and below theirs, by the plan, and the officer's own number."""
    planned = next(one for one in authority.plan("authority")["officers"] if one["username"] == username)
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    own = units[planned["unit"]].path
    within = frozenset(unit.id for unit in units.values() if unit.path.startswith(own))
    officer = people.by_username(session, username)
    assert officer is not None
    return Role(planned["role"]), within, officer.id


def _seen(session: Session, one: Somebody, asked: str) -> set[int]:
    """The cases that a person may see: as whom they act now, or as the enterprise that is asked for."""
    person = session.get(Person, one.person)
    if person is None:
        return set()
    verified = {
        held.enterprise_id: held
        for held in session.scalars(select(Membership).where(Membership.person_id == person.id))
        if held.state == MembershipState.VERIFIED
    }
    enterprise = person.acting_for_id if asked == "" else int(asked) if asked.isdecimal() else None
    if asked == "" and enterprise not in verified:
        enterprise = None
    cases = session.scalars(select(Case)).all()
    if enterprise is None:
        return {case.id for case in cases if case.person_id == person.id and case.enterprise_id is None}
    if enterprise not in verified:
        return set()
    of_it = [case for case in cases if case.enterprise_id == enterprise]
    if verified[enterprise].kind == MembershipKind.BROKER:
        return {case.id for case in of_it if case.person_id == person.id}
    return {case.id for case in of_it}


def _files_of_cases(session: Session) -> dict[str, list[str]]:
    query = select(Case.number, Attachment.id).join(Message, Message.case_id == Case.id)
    query = query.join(Attachment, Attachment.message_order == Message.order_no)
    found: dict[str, list[str]] = {number: [] for number in session.scalars(select(Case.number))}
    for number, file in session.execute(query):
        found[number].append(file)
    return found


def _acted_in(session: Session) -> dict[str, set[int]]:
    """The cases that the audit names, with the units in which, or by whose officers, that was done."""
    units = {unit.code: unit.id for unit in session.scalars(select(Unit))}
    of_actor = {f"officer:{one['username']}": units[one["unit"]] for one in authority.plan("authority")["officers"]}
    of_case = {case.number: case.unit_id for case in session.scalars(select(Case))}
    found: dict[str, set[int]] = {}
    for entry in session.scalars(select(AuditEntry)):
        done_in = {unit for unit in (of_actor.get(entry.actor), of_case.get(entry.subject)) if unit is not None}
        for number in (entry.subject, *_NUMBER.findall(json.dumps(entry.detail))):
            found.setdefault(number, set()).update(done_in)
    return found


def _set_beside(session: Session) -> dict[str, set[str]]:
    """The cases that were put before headquarters together with a case."""
    numbers = {case.id: case.number for case in session.scalars(select(Case))}
    found: dict[str, set[str]] = {}
    for one in session.scalars(select(Contradiction)):
        first, second = numbers[one.case_id], numbers[one.other_case_id]
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return found


def _words_by_number(walker: Walker) -> dict[str, str]:
    """What each case asks, word for word."""
    cases = walker.built.cases
    return {cases[planned["name"]]: planned["text"] for planned in authority.plan("cases") if planned["name"] in cases}


def _words_of_cases(walker: Walker) -> list[str]:
    return list(_words_by_number(walker).values())


def _found(words: list[str], answer: httpx.Response) -> bool:
    return _is_text(answer) and any(one in answer.text for one in words)


def _text_of(answer: httpx.Response) -> str:
    """What can be read in a page, in a file of text, and in a workbook."""
    if "spreadsheetml" not in answer.headers.get("content-type", ""):
        return answer.text if _is_text(answer) else ""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def _is_text(answer: httpx.Response) -> bool:
    kind = answer.headers.get("content-type", "")
    return kind.startswith("text/") or "json" in kind


def _buttons_elsewhere(session: Session, chat: Chat) -> list[tuple[str, str]]:
    """A button of each act that another chat has."""
    query = select(Button).join(Conversation, Conversation.id == Button.conversation_id)
    found = {button.act: button.id for button in session.scalars(query.where(Conversation.chat_id != chat.id))}
    return [(button, act) for act, button in sorted(found.items())]


def _counted(walker: Walker) -> tuple[int, ...]:
    """How many rows there are of what a button could make."""
    tables = ("cases", "case_entries", "ratings", "audit_entries", "enquiries", "memberships", "subscriptions")
    with walker.world.store.engine.connect() as connection:
        return tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables)


def main() -> None:
    """`python -m tests.walks.leaks`: tries everything and tells it as JSON; the code is 1 where something leaks."""
    with tempfile.TemporaryDirectory() as folder:
        found = leaks(Path(folder))
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    sys.exit(1 if found["leaks"] else 0)


if __name__ == "__main__":
    main()
