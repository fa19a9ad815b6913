"""Reading a case in an officer's chat, page by page: the conversation behind it, and its thread with internal notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.cases import words
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import entry_words
from desk.cases.officers_chat.acts import shown_state
from desk.cases.officers_chat.turn import seen_case
from desk.shortening import shortened
from desk.speech import Block, Choice, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

#: Messages or entries on a page, and letters of each.
ON_A_PAGE = 12
SHOWN_OF_A_TEXT = 600


def officer_conversation(turn: Turn, argument: str) -> None:
    """The messages of the conversation in which the case was opened, the newest page first."""
    case, before = _place(turn, argument)
    if case is None:
        return
    states = officer_desk.deliveries_of(turn.session, case)
    lines = []
    for message in officer_desk.conversation_of(turn.session, case):
        who = turn.text(f"author.{message.author}")
        delivery = states.get(message.order_no)
        state = f" [{turn.text(f'delivery.{shown_state(delivery.state)}')}]" if delivery else ""
        lines.append(f"{who}{state}: {shortened(message.text, SHOWN_OF_A_TEXT)}")
    _show_page(turn, case, "officer_conversation", turn.text("officer.conversation", number=case.number), lines, before)


def officer_thread(turn: Turn, argument: str) -> None:
    """What happened to the case, with what colleagues noted, the newest page first."""
    case, before = _place(turn, argument)
    if case is None:
        return
    states = officer_desk.deliveries_of(turn.session, case)
    lines = []
    for entry in case.entries:
        delivery = states.get(entry.message_order or 0)
        state = f" [{turn.text(f'delivery.{shown_state(delivery.state)}')}]" if delivery else ""
        title = entry_words.title(turn.desk, turn.session, entry, turn.language)
        said = f": {shortened(entry.text, SHOWN_OF_A_TEXT)}" if entry.text else ""
        lines.append(f"{words.moment(entry.at, turn.language)} – {title}{state}{said}")
    _show_page(turn, case, "officer_thread", turn.text("officer.thread", number=case.number), lines, before)


def _place(turn: Turn, argument: str) -> tuple[Case | None, int | None]:
    """The case of a button, where the officer may see it, and before which line its page ends; None for the newest."""
    case_id, _, before = argument.partition(":")
    return seen_case(turn, case_id), int(before) if before else None


def _show_page(turn: Turn, case: Case, act: str, label: str, lines: list[str], before: int | None) -> None:
    end = len(lines) if before is None else min(before, len(lines))
    begin = max(end - ON_A_PAGE, 0)
    choices = [Choice(act, turn.text("officer.earlier"), f"{case.id}:{begin}")] if begin > 0 else []
    if before is not None and end < len(lines):
        choices.append(Choice(act, turn.text("officer.newest"), str(case.id)))
    choices.append(turn.choice("officer_show", str(case.id), title=turn.text("officer.case_title", number=case.number)))
    page = Block("list", label=label, items=tuple(lines[begin:end]))
    turn.say(Utterance((page,), tuple(choices)), case_id=case.id)
