"""The commands of `customs ratings` for what follows a rating: reviews of low ones and remarks; with those received."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table as Printed
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.case_acts import As, case_numbered
from cli.parts import desk_and_settings, officer_named, shown, unit_coded
from cli.ratings_received import received_ratings
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.figures.scope import Scope
from desk.people.model import Officer
from desk.ratings.model import RatingRequest
from desk.ratings.reviews import listing, matter, message, received, remarks, responsible, service
from desk.ratings.reviews.listing import Chosen, View
from desk.ratings.reviews.model import RatingReview, Verdict
from desk.ratings.reviews.permissions import ReviewRefused
from desk.ratings.reviews.received import Received

#: At most so many reviews are listed.
LISTED = 200
Number = Annotated[int, typer.Argument(help="The number of the review; see `customs ratings reviews`.")]
Unit = Annotated[str, typer.Option(help="The code of a unit; what lies below it is included.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to those of `customs ratings`."""
    app.command()(reviews)
    app.command()(review)
    app.command("look-into")(look_into)
    app.command()(word)
    app.command()(settle)
    app.command()(remark)
    app.command("received")(received_ratings)


def reviews(
    open_: Annotated[bool, typer.Option("--open", help="Those that are open; so where nothing is chosen.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Of the open ones those that are overdue.")] = False,
    settled: Annotated[bool, typer.Option("--settled", help="Those that are settled, the newest first.")] = False,
    unit: Unit = "",
) -> None:
    """List the reviews of low ratings."""
    if open_ + overdue + settled > 1:
        refuse("Choose one of --open, --overdue and --settled.")
    desk, _ = desk_and_settings()
    view = View.OVERDUE if overdue else View.SETTLED if settled else View.OPEN
    table = Printed("number", "rated", "unit", "state", "due", "cause", "heads")
    with desk.store.reading() as session:
        chosen = Chosen(view, Scope((unit_coded(session, unit),)) if unit else None)
        found = listing.listed(session, None, chosen, desk.now(), limit=LISTED)
        for each in found.rows:
            late = " (overdue)" if listing.is_overdue(each, desk.now()) else ""
            _, heads = responsible.heads_for(session, each)
            names = ", ".join(head.username for head in heads) if each.is_open else ""
            about = listing.about(desk, session, each, "en")
            cells = (each.unit.code, each.state.value, f"{shown(each.due_at)}{late}", each.cause or "", names)
            table.add_row(str(each.id), about, *cells)
    out.print(table)
    if found.after:
        out.print(f"The first {LISTED} are listed; see --unit.")


def review(number: Number) -> None:
    """Show a review: the rating, what was said, remarks, what was found, and the message as it would go out."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        found = _numbered(session, number)
        rated = received.completed(session, [found.request], None)[0]
        _print_review(desk, session, found, rated)
        out.print("\n-- what was said")
        for line in matter.excerpt(session, found.request).lines:
            out.print(f"{shown(line.at)} {line.name or line.author}: {line.text}", markup=False)
        out.print("\n-- history")
        for act in found.acts:
            who = act.officer.username if act.officer else ""
            out.print(f"{shown(act.at)} {act.kind.value} {who} {act.detail or ''} {act.words}", markup=False)
        if found.words:
            _print_message(desk, session, found)


def look_into(
    number: Number,
    officer: As,
    verdict: Annotated[str, typer.Option(help=f"{', '.join(Verdict)}.")],
    cause: Annotated[str, typer.Option(help="A cause of content/rating_reviews.yml.")],
    why: Annotated[str, typer.Option(help="Why it happened, in words.")],
    action: Annotated[str, typer.Option(help="What was done.")],
) -> None:
    """Keep what was found and done; a command acts on the review as it is now."""
    findings = service.Findings(verdict, cause, why, action)
    _act(number, officer, lambda desk, s, r, head: service.look_into(desk, s, r, head, findings, r.revision))


def word(number: Number, text: str, officer: As) -> None:
    """Keep the words for the enterprise, and print the message as it would get it."""
    _act(number, officer, lambda desk, session, r, head: service.word(desk, session, r, head, text, r.revision))
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        _print_message(desk, session, _numbered(session, number))


def settle(
    number: Number,
    officer: As,
    send: Annotated[str, typer.Option(help="Send the message that is known by this sign; `review` prints it.")] = "",
    untold: Annotated[str, typer.Option(help="Settle it without telling the enterprise, for this reason.")] = "",
    raised: Annotated[bool, typer.Option("--raised", help="Settle it because the stars were raised.")] = False,
) -> None:
    """Settle a review: send the answer, or end it without one."""
    if bool(send) + bool(untold) + raised != 1:
        refuse("Say one of --send, --untold and --raised.")
    if send:
        _act(number, officer, lambda desk, session, r, head: service.tell(desk, session, r, head, send))
    elif untold:
        _act(number, officer, lambda desk, s, r, head: service.settle_untold(desk, s, r, head, untold, r.revision))
    else:
        _act(number, officer, lambda desk, s, r, head: service.settle_raised(desk, s, r, head, r.revision))


def remark(
    case: Annotated[str, typer.Argument(help="The number of the case that was rated.")], text: str, officer: As
) -> None:
    """Keep an officer's remark on the rating of a case in which they have a part."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        request = session.scalar(select(RatingRequest).where(RatingRequest.case_id == case_numbered(session, case).id))
        if request is None:
            refuse(f"Nobody was asked to rate case {case}.")
        try:
            remarks.remark(desk, session, request, officer_named(session, officer), text)
        except ReviewRefused as refused:
            refuse(_said(desk, refused))
    out.print(f"The remark on the rating of case {case} is kept.")


def _act(number: int, username: str, act: Callable[[Desk, Session, RatingReview, Officer], None]) -> None:
    desk, _ = desk_and_settings()
    with desk.store.writing() as session:
        found, officer = _numbered(session, number), officer_named(session, username)
        try:
            act(desk, session, found, officer)
        except ReviewRefused as refused:
            refuse(_said(desk, refused))
        state = found.state.value
    out.print(f"Review {number}: {state}")


def _numbered(session: Session, number: int) -> RatingReview:
    found = service.by_id(session, number)
    if found is None:
        refuse(f"There is no review {number}; see `customs ratings reviews`.")
    return found


def _said(desk: Desk, refused: ReviewRefused) -> str:
    field = f" ({refused.field})" if refused.field else ""
    return desk.texts.say(refused.reason, "en", **refused.values) + field


def _print_review(desk: Desk, session: Session, found: RatingReview, rated: Received) -> None:
    rating = rated.rating
    unit, heads = responsible.heads_for(session, found)
    whose = f"{unit.code if unit else '-'}: {', '.join(head.username for head in heads) or '-'}"
    late = ", overdue" if listing.is_overdue(found, desk.now()) else ""
    out.print(f"Review {found.id}: {listing.about(desk, session, found, 'en')}", markup=False)
    out.print(f"{found.state.value}, due {shown(found.due_at) or '-'}{late}, unit {found.unit.code}", markup=False)
    out.print(f"waits for {whose}" if found.is_open else f"settled {shown(found.settled_at)}", markup=False)
    stars = f"stars {rating.stars} (first {rating.first_stars}), officer {rating.officer_stars or '-'}"
    out.print(f"{stars}, about {', '.join(rating.reasons) or '-'}, {shown(rating.rated_at)}", markup=False)
    out.print(f"comment: {rating.comment or '-'}", markup=False)
    for part in found.request.parts:
        out.print(f"part: {part.officer_name} {part.share:.0%} {part.unit.code}", markup=False)
    for one in rated.remarks:
        out.print(f"remark of {one.officer.username}: {one.text}", markup=False)
    if found.verdict is not None:
        out.print(f"found: {found.verdict.value}, {found.cause}: {found.cause_words}", markup=False)
        out.print(f"action: {found.action}", markup=False)
    if found.reason:
        out.print(f"not told because: {found.reason}", markup=False)


def _print_message(desk: Desk, session: Session, found: RatingReview) -> None:
    said = message.to_enterprise(desk, session, found)
    out.print(f"\n-- message to the enterprise ({message.language_of(found)})\n{said.as_text()}", markup=False)
    if found.is_open:
        out.print(f"\nTo send it: --send {message.fingerprint(said)}", markup=False)
