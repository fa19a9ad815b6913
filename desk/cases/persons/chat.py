"""A person's cases in chat: the list, the search, one case with what was said in it, and a word to add."""

from __future__ import annotations

import datetime as dt

from desk.cases import service as cases
from desk.cases import words
from desk.cases.model import OPEN_STATES, Case, CaseEntry, EntryKind
from desk.cases.persons import desk as person_desk
from desk.cases.persons.search import find
from desk.cases.thread import is_of_spam
from desk.conversations import service as conversations
from desk.conversations.turn import Turn
from desk.enterprises import access
from desk.shortening import shortened
from desk.speech import Block, Utterance

LISTED = 10
#: One page of a case holds about so many characters, and at least one entry.
PAGE_LENGTH = 3000
#: For so long the next text is taken for an addition to the case.
ADDITION_AWAITED_FOR = dt.timedelta(minutes=15)
ADDITION = "case_addition"
#: What the enterprise reads of a thread in chat.
_SHOWN = (
    EntryKind.REPLIED,
    EntryKind.ASKED,
    EntryKind.PERSON_WROTE,
    EntryKind.RESOLVED,
    EntryKind.REOPENED,
    EntryKind.CLOSED,
)


def list_cases(turn: Turn, wanted: str = "", before: int | None = None) -> None:
    """The newest of the cases that the person sees now, each with its button; those with the words, where given."""
    rule = access.visible_to(turn.session, turn.chat.person)
    found = find(turn.session, rule, wanted, before=before, limit=LISTED)
    if not found.cases:
        turn.say_text("case.none_found" if wanted or before else "case.none")
        return
    choices = [turn.choice("case_show", str(case.id), title=_button_title(turn, case)) for case in found.cases]
    if found.before is not None:
        choices.append(turn.choice("cases_more", f"{found.before}:{wanted}"))
    items = tuple(_line(turn, case) for case in found.cases)
    turn.say(Utterance((Block("list", label=_heading(turn, wanted), items=items),), tuple(choices)))


def cases_more(turn: Turn, argument: str) -> None:
    """The next page of a list."""
    before, _, wanted = argument.partition(":")
    list_cases(turn, wanted, int(before))


def case_show(turn: Turn, argument: str) -> None:
    """One case as its enterprise sees it, the newest entries first to be read; ``argument``: id, or id:before."""
    case_id, _, before = argument.partition(":")
    case = _visible(turn, case_id)
    if case is None:
        return
    told = [entry for entry in case.entries if entry.kind in _SHOWN and not is_of_spam(entry)]
    entries = [entry for entry in told if not before or entry.id < int(before)]
    page = _last_page(entries)
    blocks = [*_head(turn, case), *(_block(turn, entry) for entry in page)]
    choices = []
    if len(page) < len(entries):
        choices.append(turn.choice("case_show", f"{case.id}:{page[0].id}"))
    if case.state in OPEN_STATES:
        choices.append(turn.choice("case_add", str(case.id)))
    else:
        act = "reopen_case" if cases.can_be_reopened(case, turn.now, turn.desk.reopened_within) else "follow_on"
        choices.append(turn.choice("reopen_case", str(case.id), title=turn.text(f"button.{act}")))
    turn.say(Utterance(tuple(blocks), tuple(choices), case=case.number))


def case_add(turn: Turn, case_id: str) -> None:
    """The next text is added to the case."""
    case = _visible(turn, case_id)
    if case is None:
        return
    if case.state not in OPEN_STATES:
        turn.say_text("officer.resolved_already", number=case.number)
        return
    conversations.awaits(turn.conversation, ADDITION, case_id, turn.now + ADDITION_AWAITED_FOR)
    turn.say_text("case.ask_addition", [turn.choice("stop_writing")], number=case.number)


def reopen_case(turn: Turn, case_id: str) -> None:
    """The matter is not settled: the case is opened again, or what is written next goes on from it in a new one."""
    case = _visible(turn, case_id)
    if case is None:
        return
    if cases.can_be_reopened(case, turn.now, turn.desk.reopened_within):
        person_desk.reopen(turn.desk, turn.session, case)
        turn.say_text("case.reopened", number=case.number, due=words.moment(case.due_at, turn.language))
    elif case.state in OPEN_STATES:
        turn.say_text("case.is_open", number=case.number)
    else:
        turn.say_text("case.follow_on", [turn.choice("stop_writing")], number=case.number)
    conversations.awaits(turn.conversation, ADDITION, case_id, turn.now + ADDITION_AWAITED_FOR)


def addition(turn: Turn, case_id: str) -> None:
    """The text that was awaited: it goes to the case, or to a new one that goes on from it."""
    conversations.awaits(turn.conversation, None)
    case = _visible(turn, case_id)
    if case is None:
        return
    taken_by = person_desk.go_on(turn.desk, turn.session, case, turn.message)
    if taken_by.id == case.id:
        turn.say_text("case.added", number=case.number)
    else:
        turn.say(words.opened(turn.desk, taken_by, turn.language))


def stop_writing(turn: Turn, _argument: str) -> None:
    """The person does not want to write what was awaited."""
    if turn.conversation.awaiting != "form":
        conversations.awaits(turn.conversation, None)
    turn.say_text("case.nothing_added")


def _visible(turn: Turn, case_id: str) -> Case | None:
    """The case, where the person sees it now; of any other nothing is said, not even that it exists."""
    case = turn.session.get(Case, int(case_id))
    if case is None or not access.may_see(turn.session, turn.chat.person, case):
        turn.say_text("case.not_yours")
        return None
    return case


def _heading(turn: Turn, wanted: str) -> str:
    membership = access.acting_for(turn.session, turn.chat.person)
    if wanted:
        return turn.text("case.list_found", words=wanted)
    if membership is not None:
        return turn.text("case.list_of", name=membership.enterprise.name)
    return turn.text("case.list")


def _line(turn: Turn, case: Case) -> str:
    values = {
        "number": case.number,
        "state": turn.text(f"case.state.{case.state}"),
        "question": shortened(case.question),
    }
    if case.state not in OPEN_STATES:
        return turn.text("case.line_settled", **values)
    return turn.text("case.line", due=words.moment(case.due_at, turn.language), **values)


def _button_title(turn: Turn, case: Case) -> str:
    return f"{case.number}: {shortened(case.question, 40)}"


def _head(turn: Turn, case: Case) -> list[Block]:
    say = turn.text
    blocks = [
        Block("title", say("officer.case_title", number=case.number)),
        Block("field", say(f"case.state.{case.state}"), label=say("field.state")),
    ]
    if case.state in OPEN_STATES:
        blocks.append(Block("field", words.moment(case.due_at, turn.language), label=say("field.due")))
    blocks.append(Block("paragraph", case.question))
    if case.details:
        blocks.append(Block("paragraph", case.details))
    return blocks


def _last_page(entries: list[CaseEntry]) -> list[CaseEntry]:
    """The last entries that fit on a page, in order."""
    page: list[CaseEntry] = []
    length = 0
    for entry in reversed(entries):
        length += len(entry.text or "")
        if page and length > PAGE_LENGTH:
            break
        page.insert(0, entry)
    return page


def _block(turn: Turn, entry: CaseEntry) -> Block:
    what, at = turn.text(f"case.entry.{entry.kind}"), words.moment(entry.at, turn.language)
    return Block("field", entry.text, label=f"{what}, {at}") if entry.text else Block("field", at, label=what)
