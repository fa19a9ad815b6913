"""Rating in a chat: one tap counts; what it was about, the officer apart and words may follow, and all can be changed.

A channel may be unable to change a message that it has shown, so each tap is answered with what was noted so far and
the buttons for what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desk.cases.model import Case
from desk.conversations import closing
from desk.conversations import service as conversations
from desk.enterprises import access
from desk.ratings import service as ratings
from desk.ratings import words
from desk.ratings.model import RatingRequest

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

COMMENT = "rating_comment"


def rate_newest(turn: Turn, _argument: str = "") -> None:
    """The person wants to rate: this conversation where it is due, else what was asked or rated last and is open.

    An open form keeps the conversation from ending; what is being filled in is not thrown away.
    """
    in_form = conversations.is_awaiting(turn.conversation, "form", turn.now)
    if not in_form and ratings.due_for_conversation(turn.session, turn.conversation):
        closing.close(turn.desk, turn.session, turn.conversation, "goodbye")
        return
    rules = turn.desk.rules.ratings
    found = ratings.open_requests(turn.session, turn.chat.id, turn.now, rules)
    request = next((request for request in found if _may_rate(turn, request)), None)
    if request is None:
        turn.say_text("case.form_help" if in_form else "rating.nothing_to_rate")
        return
    ratings.claim(turn.session, request, turn.now, rules)
    if request.rating is None:
        turn.say(words.asking(turn.desk, turn.session, request, turn.language))
    else:
        stars = request.rating.stars
        given = words.about(turn.desk, turn.session, request, turn.language, "rating.given", stars=stars)
        _tell(turn, request, given, as_a_whole=True)


def rate(turn: Turn, argument: str) -> None:
    """Stars for the request that this button belongs to, however late the tap."""

    def give(request: RatingRequest, stars: str) -> None:
        before = request.rating.stars if request.rating is not None else None
        ratings.rate(turn.session, request, int(stars), turn.now, by=turn.chat.person, rules=turn.desk.rules.ratings)
        told = "thanks" if before is None else "noted" if before == int(stars) else "changed"
        _tell(turn, request, turn.text(f"rating.{told}", stars=stars))

    _do(turn, argument, give)


def rate_reason(turn: Turn, argument: str) -> None:
    """What the stars are about; the same button once more takes it back."""

    def give(request: RatingRequest, name: str) -> None:
        _give_reasons(turn, request, {*ratings.given(request).reasons} ^ {name})

    _do(turn, argument, give)


def rate_without(turn: Turn, argument: str) -> None:
    """Take back one thing that the stars were about."""

    def give(request: RatingRequest, name: str) -> None:
        _give_reasons(turn, request, {*ratings.given(request).reasons} - {name})

    _do(turn, argument, give)


def _give_reasons(turn: Turn, request: RatingRequest, reasons: set[str]) -> None:
    rating = ratings.give_reasons(turn.session, request, reasons, turn.now, turn.desk.rules.ratings)
    _tell(turn, request, turn.text("rating.noted", stars=rating.stars))


def rate_apart(turn: Turn, argument: str) -> None:
    """Ask for the stars of the officer alone."""
    _do(turn, argument, lambda request, _: turn.say(words.asking_of_officer(turn.desk, request, turn.language)))


def rate_officer(turn: Turn, argument: str) -> None:
    def give(request: RatingRequest, stars: str) -> None:
        rating = ratings.rate_officer(turn.session, request, int(stars), turn.now, turn.desk.rules.ratings)
        _tell(turn, request, turn.text("rating.noted", stars=rating.stars))

    _do(turn, argument, give)


def rate_stars(turn: Turn, argument: str) -> None:
    """Show the five buttons again."""
    _do(turn, argument, lambda request, _: turn.say(words.asking(turn.desk, turn.session, request, turn.language)))


def rate_words(turn: Turn, argument: str) -> None:
    """Take the next text for the comment, in the place of the one before."""

    def ask(request: RatingRequest, _: str) -> None:
        turn.say_text("rating.write" if _await_comment(turn, request) else "rating.write_later")

    _do(turn, argument, ask)


def no_comment(turn: Turn, _argument: str) -> None:
    last = conversations.latest(turn.session, turn.chat)
    if last is not None and conversations.is_awaiting(last, COMMENT, turn.now):
        conversations.awaits(last, None)
    turn.say_text("rating.no_comment")


#: What the buttons of a rating do. They belong to the conversation under which they stand, however long that is over.
ACTS: tuple[Callable[[Turn, str], None], ...] = (
    rate,
    rate_reason,
    rate_without,
    rate_apart,
    rate_officer,
    rate_stars,
    rate_words,
    no_comment,
)
NAMES = frozenset(act.__name__ for act in ACTS)


def take_comment(turn: Turn) -> None:
    ratings.comment(turn.session, int(turn.conversation.awaiting_argument or 0), turn.incoming.text)
    conversations.awaits(turn.conversation, None)
    turn.say_text("rating.comment_kept")


def _do(turn: Turn, argument: str, act: Callable[[RatingRequest, str], object]) -> None:
    """Do it with the request that the argument names, where it is the person's and open still."""
    request_id, _, value = argument.partition(":")
    request = turn.session.get_one(RatingRequest, int(request_id))
    try:
        if not _may_rate(turn, request) or not ratings.is_open(request, turn.now):
            raise ratings.RatingRefused("not the person's, or no longer open")
        act(request, value)
    except ratings.RatingRefused:
        turn.say_text("rating.refused")


def _may_rate(turn: Turn, request: RatingRequest) -> bool:
    case = turn.session.get(Case, request.case_id) if request.case_id is not None else None
    return case is None or access.has_part_in(turn.session, turn.chat.person, case)


def _tell(turn: Turn, request: RatingRequest, said: str, *, as_a_whole: bool = False) -> None:
    rating = ratings.given(request)
    # Words that were given stay until the person says that others are to come: a "thank you" is no second comment.
    awaited = not rating.comment and _await_comment(turn, request)
    turn.say(words.noted(turn.desk, request, turn.language, said, awaited=awaited, as_a_whole=as_a_whole))


def _await_comment(turn: Turn, request: RatingRequest) -> bool:
    """Take the next text for the comment, unless the desk waits for another one: that of the case form, or a code."""
    last = conversations.latest(turn.session, turn.chat)
    if last is None:
        return False
    waits_for_another = last.awaiting is not None and last.awaiting != COMMENT
    if waits_for_another and conversations.is_awaiting(last, last.awaiting or "", turn.now):
        return False
    conversations.awaits(last, COMMENT, str(request.id), turn.now + ratings.COMMENT_AWAITED_FOR)
    return True
