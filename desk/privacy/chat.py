"""Privacy in chat: what is kept, a copy of one's data, and their deletion, confirmed by a button of this chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from desk.conversations import service as conversations
from desk.privacy import deleting, overview, requests, words
from desk.privacy.model import RequestKind
from desk.privacy.requests import CONFIRMED_WITHIN, DataRefused
from desk.speech import Block, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def privacy(turn: Turn, _argument: str = "") -> None:
    """``/privacy``: what is kept and how long, in short."""
    turn.say(Utterance(words.in_short(turn.desk, turn.language), (turn.choice("mydata"),)))


def mydata(turn: Turn, _argument: str = "") -> None:
    """``/mydata``: what is kept of this person, and what they can have done with it."""
    person = turn.chat.person
    found = overview.of(turn.session, person)
    waits = requests.confirmed(turn.session, person, RequestKind.DELETE)
    lines = tuple(_lines(turn, found))
    blocks = [
        Block("list", label=turn.text("mydata.kept"), items=lines)
        if lines
        else Block("paragraph", turn.text("mydata.kept_nothing"))
    ]
    if found.is_held:
        blocks.append(Block("paragraph", turn.text("mydata.is_held")))
    if waits is not None:
        blocks.append(Block("paragraph", turn.text("mydata.is_waiting")))
    blocks.append(Block("note", turn.text("mydata.how_long")))
    last = "data_delete" if waits is None else "data_keep"
    turn.say(Utterance(tuple(blocks), (turn.choice("data_send"), turn.choice(last))))


def data_send(turn: Turn, _argument: str) -> None:
    """Have one's data put together and sent here."""
    try:
        requests.ask_for_export(turn.desk, turn.session, turn.chat)
    except DataRefused as refused:
        turn.say_text(refused.reason)
        return
    turn.say_text("mydata.being_made")


def data_delete(turn: Turn, _argument: str) -> None:
    """Ask once more, and say what will be gone and what stays."""
    try:
        request = requests.ask_for_deletion(turn.desk, turn.session, turn.chat)
    except DataRefused as refused:
        turn.say_text(refused.reason)
        return
    texts = [turn.text("mydata.sure", minutes=CONFIRMED_WITHIN.seconds // 60)]
    texts += [turn.text("mydata.sure_enterprise")] * overview.of(turn.session, turn.chat.person).has_enterprise_cases
    waiting = _numbers(turn)
    texts += [turn.text("mydata.sure_case", numbers=waiting)] if waiting else []
    texts += [turn.text("mydata.sure_held")] * deleting.is_held(turn.session, turn.chat.person)
    choices = [turn.choice("data_delete_confirm", request.id), turn.choice("data_keep", request.id)]
    conversations.say(
        turn.session,
        turn.conversation,
        Utterance.plain(*texts, choices=choices),
        turn.now,
        buttons_until=turn.now + CONFIRMED_WITHIN,
    )


def data_delete_confirm(turn: Turn, request_id: str) -> None:
    """Confirmed: it is done by the clock, at once or when an open case is settled."""
    try:
        requests.confirm(turn.desk, turn.session, request_id, turn.chat)
    except DataRefused as refused:
        turn.say_text(refused.reason)
        return
    waiting = _numbers(turn)
    if waiting:
        turn.say_text("mydata.waits_for_case", [turn.choice("data_keep", request_id)], numbers=waiting)
    else:
        turn.say_text("mydata.deleting")


def data_keep(turn: Turn, _argument: str) -> None:
    """Not to be deleted after all."""
    kept = requests.withdraw(turn.desk, turn.session, turn.chat.person)
    turn.say_text("mydata.kept_after_all" if kept else "mydata.nothing_to_keep")


def _numbers(turn: Turn) -> str:
    """The open cases for which a deletion waits."""
    return ", ".join(str(case.number) for case in deleting.open_cases(turn.session, turn.chat.person))


def _lines(turn: Turn, found: overview.Overview) -> Iterator[str]:
    for name, number in found.counts.items():
        if number:
            yield turn.text(f"mydata.count.{name}", number=number)
    if found.email:
        yield turn.text("mydata.count.email", address=found.email)


ACTS = (mydata, data_send, data_delete, data_delete_confirm, data_keep)
