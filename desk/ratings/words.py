"""How a rating is asked for and told back in a chat: what is said, and the buttons under it, in every channel."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.desk import Desk
from desk.guidance.record import Language
from desk.ratings import service as ratings
from desk.ratings.model import Rating, RatingRequest
from desk.speech import Block, Choice, Utterance


def asking(
    desk: Desk, session: Session, request: RatingRequest, language: Language, *, said: str = "rating.ask"
) -> Utterance:
    """The five buttons under the sentence of this name, which asks or reminds; of a case it has one of its own."""
    return Utterance.plain(
        about(desk, session, request, language, said), choices=_stars(desk, "rate", request, language)
    )


def about(desk: Desk, session: Session, request: RatingRequest, language: Language, said: str, **values: object) -> str:
    """A sentence about what a request is about: the case by its number, else the help that was given."""
    if request.case_id is None:
        return desk.texts.say(said, language, **values)
    return desk.texts.say(f"{said}_case", language, number=session.get_one(Case, request.case_id).number, **values)


def asking_of_officer(desk: Desk, request: RatingRequest, language: Language) -> Utterance:
    """The five buttons for the officer apart."""
    return Utterance.plain(
        desk.texts.say("rating.ask_officer", language), choices=_stars(desk, "rate_officer", request, language)
    )


def noted(
    desk: Desk, request: RatingRequest, language: Language, said: str, *, awaited: bool, as_a_whole: bool = False
) -> Utterance:
    """What was given so far beneath the sentence ``said``, and the buttons for what can still be said or changed.

    ``awaited``: the next text is taken for the comment. ``as_a_whole``: the stars can be changed from here too, where
    those buttons may be far above.
    """
    more = desk.texts.say("rating.more_and_words" if awaited else "rating.more", language)
    rating = ratings.given(request)
    blocks = (Block("paragraph", said), *_details(desk, rating, language), Block("paragraph", more))
    return Utterance(blocks, tuple(_choices(desk, request, rating, language, as_a_whole)))


def _details(desk: Desk, rating: Rating, language: Language) -> Iterator[Block]:
    say = desk.texts.say
    if rating.reasons:
        named = "; ".join(say(f"rating.reason.{name}", language) for name in rating.reasons)
        yield Block("field", named, say("rating.about", language))
    if rating.officer_stars is not None:
        stars = say("rating.stars_given", language, stars=rating.officer_stars)
        yield Block("field", stars, say("rating.of_officer", language))
    if rating.comment:
        yield Block("field", rating.comment, say("rating.comment", language))


def _choices(
    desk: Desk, request: RatingRequest, rating: Rating, language: Language, as_a_whole: bool
) -> Iterator[Choice]:
    say, id_ = desk.texts.say, str(request.id)
    if as_a_whole:
        yield _lasting(desk, "rate_stars", say("button.rate_stars", language), id_)
    for name in desk.rules.ratings.reasons:
        is_named = name in rating.reasons
        reason = say(f"rating.reason.{name}", language)
        title = say("rating.reason_named", language, reason=reason) if is_named else reason
        yield _lasting(desk, "rate_without" if is_named else "rate_reason", title, f"{id_}:{name}")
    if request.parts:
        yield _lasting(desk, "rate_apart", say("button.rate_apart", language), id_)
    if rating.comment:
        yield _lasting(desk, "rate_words", say("button.rate_words", language), id_)
    yield _lasting(desk, "no_comment", say("button.no_comment", language), "")


def _stars(desk: Desk, act: str, request: RatingRequest, language: Language) -> list[Choice]:
    return [
        _lasting(desk, act, desk.texts.say(f"rating.stars_{stars}", language), f"{request.id}:{stars}")
        for stars in ratings.STARS
    ]


def _lasting(desk: Desk, act: str, title: str, argument: str) -> Choice:
    """A button that works as long as a rating may be given after it was asked for, and changed after that."""
    return Choice(act, title, argument, days=2 * desk.rules.ratings.changeable_for.days)
