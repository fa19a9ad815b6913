"""The lists of cases in an officer's chat: what they hold and what waits, and on request the other lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.cases.model import Case
from desk.cases.officers import worklists
from desk.cases.officers_chat.turn import officer_of
from desk.shortening import shortened
from desk.speech import Choice, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

LISTED = 10
#: The lists behind buttons of their own, shown where something stands in them.
_MORE = ("at_risk", "overdue", "unresolved", "to_sign")


def officer_waiting(turn: Turn, _argument: str = "") -> None:
    """The cases that this officer holds and those that wait in their units, and the ways to the other lists."""
    officer = officer_of(turn)
    if officer is None:
        return
    held = worklists.mine(turn.session, officer, turn.now)
    waiting = worklists.waiting(turn.session, officer, turn.now)
    more = _ways_on(turn, _MORE)
    if not held and not waiting and not more:
        turn.say_text("officer.nothing_waits")
        return
    choices = [*_buttons_of(turn, [*held, *waiting][:LISTED]), *more]
    turn.say_text("officer.cases", choices, held=len(held), waiting=len(waiting))


def officer_list(turn: Turn, name: str) -> None:
    """One of the lists, the cases that are due first."""
    officer = officer_of(turn)
    if officer is None:
        return
    found = worklists.WORKLISTS[name](turn.session, officer, turn.now)
    title = turn.text(f"officer.list_{name}", count=len(found))
    others = [other for other in worklists.WORKLISTS if other != name]
    turn.say(Utterance.plain(title, choices=[*_buttons_of(turn, found[:LISTED]), *_ways_on(turn, others)]))


def _ways_on(turn: Turn, names: tuple[str, ...] | list[str]) -> list[Choice]:
    if turn.officer is None:
        return []
    counted = worklists.counts(turn.session, turn.officer, turn.now)
    return [
        turn.choice("officer_list", name, title=turn.text(f"officer.list_{name}", count=counted[name]))
        for name in names
        if counted[name]
    ]


def _buttons_of(turn: Turn, cases: list[Case]) -> list[Choice]:
    return [
        turn.choice(
            "officer_show",
            str(case.id),
            title=turn.text(
                "officer.case_button",
                number=case.number,
                state=turn.text(f"case.state.{case.state}"),
                question=shortened(case.question, 40),
            ),
        )
        for case in cases
    ]
