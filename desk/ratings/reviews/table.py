"""Ratings as a table: for a file to keep, and for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from desk.desk import Desk
from desk.guidance.record import Language
from desk.ratings.reviews.message import reasons_in_words
from desk.ratings.reviews.received import Received
from desk.tables.table import Cell, Column, Kind, Table

_COLUMNS = (
    ("case", Kind.TEXT),
    ("asked", Kind.MOMENT),
    ("rated", Kind.MOMENT),
    ("stars", Kind.NUMBER),
    ("first_stars", Kind.NUMBER),
    ("officer_stars", Kind.NUMBER),
    ("reason", Kind.TEXT),
    ("comment", Kind.TEXT),
    ("topic", Kind.TEXT),
    ("channel", Kind.TEXT),
    ("officers", Kind.TEXT),
    ("units", Kind.TEXT),
    ("mark", Kind.TEXT),
    ("review", Kind.TEXT),
    ("remarks", Kind.TEXT),
)


def table_of(desk: Desk, found: Iterable[Received], language: Language) -> Table:
    """The ratings, a row each; they are read while the table is written."""
    columns = [
        Column(desk.texts.say(f"page.received.column.{name}", language), kind, name=name) for name, kind in _COLUMNS
    ]
    return Table("ratings", desk.texts.say("page.received.title", language), columns, _rows(desk, found, language))


def _rows(desk: Desk, found: Iterable[Received], language: Language) -> Iterator[Sequence[Cell]]:
    say = desk.texts.say
    for one in found:
        request, rating, review = one.request, one.rating, one.review
        marked = request.left_out
        yield (
            one.case.number if one.case is not None else None,
            request.asked_at,
            rating.rated_at,
            rating.stars,
            rating.first_stars,
            rating.officer_stars,
            reasons_in_words(desk, rating, language) or None,
            rating.comment,
            say(f"news.topic.{request.topic}", language) if request.topic else None,
            say(f"page.channel.{request.channel}", language),
            "; ".join(f"{part.officer_name} ({part.share:.0%})" for part in request.parts) or None,
            "; ".join(dict.fromkeys(part.unit.name(language) for part in request.parts)) or None,
            say(f"page.received.mark.{marked.value}", language) if marked is not None else None,
            say(f"page.received.review.{review.state.value}", language) if review is not None else None,
            "; ".join(f"{remark.officer.name}: {remark.text}" for remark in one.remarks) or None,
        )
