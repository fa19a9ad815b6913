"""What becomes due by the passing of time, one function a kind of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from desk.cases.officers import daily_summary
from desk.cases.promises import reminders
from desk.consultations import service as consultation_service
from desk.conversations import closing
from desk.conversations import service as conversations
from desk.deliveries import in_hand
from desk.desk import Desk
from desk.guidance.drafts import due as guidance_due
from desk.guidance.lint import service as linting
from desk.privacy import carrying_out as data_requests
from desk.privacy import retention, trackers
from desk.questionnaires import sending as questionnaires
from desk.questionnaires import service as questionnaire_service
from desk.ratings import reminding
from desk.ratings import service as ratings
from desk.ratings.model import RatingRequest
from desk.ratings.reviews import telling
from desk.recall import sending as corrections
from desk.subscriptions import coming_into_force, sending

Id = TypeVar("Id", int, str)


def _each(
    desk: Desk, find: Callable[[Desk, Session], Iterable[Id]], act: Callable[[Desk, Session, Id], object]
) -> None:
    """Find what is due, reading only, and do each in a transaction of its own, which looks again."""
    with desk.store.reading() as session:
        due = list(find(desk, session))
    for id_ in due:
        with desk.store.writing() as session:
            act(desk, session, id_)


def end_idle_conversations(desk: Desk) -> None:
    """Conversations in which nothing was said for some time come to their end."""
    after = dt.timedelta(minutes=desk.settings.value("idle_minutes"))

    def end(desk: Desk, session: Session, conversation_id: str) -> None:
        still = conversations.still_idle(session, conversation_id, desk.now(), after)
        if still is not None:
            closing.close(desk, session, still, "idle")

    _each(desk, lambda desk, session: [idle.id for idle in conversations.idle(session, desk.now(), after)], end)


def ask_for_waiting_ratings(desk: Desk) -> None:
    """Ratings that waited for the morning are asked for."""
    _each(
        desk,
        lambda desk, session: [due.id for due in ratings.due_requests(session, desk.now(), desk.rules.ratings)],
        lambda desk, session, request_id: closing.ask(desk, session, session.get_one(RatingRequest, request_id)),
    )


def remind_of_ratings(desk: Desk) -> None:
    """Whoever was asked for a rating and did not answer is reminded, once."""
    _each(desk, reminding.due, reminding.remind)


def settle_lost_deliveries(desk: Desk) -> None:
    """What a courier dropped goes to another or is listed as uncertain, whether or not a courier is running."""
    with desk.store.reading() as session:
        lost = in_hand.any_lost(session, "telegram", desk.now())
    if lost:
        with desk.store.writing() as session:
            in_hand.settle_lost(session, "telegram", desk.now())


def forget_what_is_due(desk: Desk) -> None:
    """Nothing of people is kept longer than content/privacy.yml says."""
    retention.run_due(desk)


def carry_out_data_requests(desk: Desk) -> None:
    """Who asked for their data gets them, and who wants them deleted is forgotten, when nothing stands in the way."""
    data_requests.carry_out_due(desk)
    _each(desk, data_requests.farewells_due, data_requests.end_farewell)


def forget_trackers(desk: Desk) -> None:
    """The dialogue forgets the conversations that the desk has forgotten."""
    trackers.forget_some(desk)


def note_instruments_in_force(desk: Desk) -> None:
    """Instruments that come into force are news, also those of days on which no clock ran."""
    with desk.store.reading() as session:
        is_due = coming_into_force.is_due(desk, session)
    if is_due:
        with desk.store.writing() as session:
            coming_into_force.note_unnoted(desk, session)


def lint_guidance(desk: Desk) -> None:
    """What is wrong with the guidance by today's law becomes review tasks, daily and after each publication."""
    with desk.store.reading() as session:
        if not linting.is_due(desk, session):
            return
        work = linting.read_due(desk, session)
    with desk.store.writing() as session:
        linting.write_due(desk, session, work)


def send_news(desk: Desk) -> None:
    """News goes out to some of those who wait for it, so many as one second allows."""
    _each(desk, sending.under_way, sending.tell_some)


def send_corrections(desk: Desk) -> None:
    """Corrections of wrong answers go out to some of those who got them, so many as one second allows."""
    _each(desk, corrections.under_way, corrections.tell_some)


def send_questionnaires(desk: Desk) -> None:
    """Invitations to questionnaires, and their reminders, go out to some, so many as one second allows."""
    _each(desk, questionnaires.under_way, questionnaires.ask_some)


def close_questionnaires(desk: Desk) -> None:
    """Questionnaires end with their last day."""

    def close(desk: Desk, session: Session, questionnaire_id: int) -> None:
        found = questionnaire_service.by_id(session, questionnaire_id, to_change=True)
        if found is not None:
            questionnaire_service.close_by_clock(desk, session, found)

    _each(desk, questionnaires.over, close)


def close_consultations(desk: Desk) -> None:
    """Consultations end with their last day."""

    def close(desk: Desk, session: Session, consultation_id: int) -> None:
        found = consultation_service.by_id(session, consultation_id, to_change=True)
        if found is not None:
            consultation_service.close_by_clock(desk, session, found)

    _each(desk, consultation_service.over, close)


def remind_of_cases(desk: Desk) -> None:
    """Officers are reminded of cases at risk, heads and the department of overdue ones."""
    _each(desk, reminders.to_remind, reminders.remind)


def tell_of_delays(desk: Desk) -> None:
    """Enterprises are told that a promise slips."""
    _each(desk, reminders.to_tell_of_delay, reminders.tell_of_delay)


def return_untouched_cases(desk: Desk) -> None:
    """Cases that were claimed and left lying wait again."""
    _each(desk, reminders.to_return, reminders.return_untouched)


def close_resolved_cases(desk: Desk) -> None:
    """Cases that can no longer be opened again are closed."""
    _each(desk, reminders.to_close, reminders.close)


def tell_of_reviews(desk: Desk) -> None:
    """Heads are told of low ratings to review, and those above of reviews that are overdue."""
    _each(desk, telling.to_tell, telling.tell)
    _each(desk, telling.overdue, telling.tell_above)


def tell_daily_summaries(desk: Desk) -> None:
    """Officers on duty are told in the morning what is on their desk."""
    _each(desk, daily_summary.due, daily_summary.tell)


def publish_scheduled_guidance(desk: Desk) -> None:
    """Drafts whose moment has come are published, or returned to their authors."""
    with desk.store.reading() as session:
        due = guidance_due.due(desk, session)
    for draft_id, revision in due:
        guidance_due.publish(desk, draft_id, revision)


DUE_WORK: tuple[Callable[[Desk], None], ...] = (
    end_idle_conversations,
    ask_for_waiting_ratings,
    remind_of_ratings,
    settle_lost_deliveries,
    forget_what_is_due,
    carry_out_data_requests,
    forget_trackers,
    remind_of_cases,
    tell_of_delays,
    return_untouched_cases,
    close_resolved_cases,
    tell_of_reviews,
    publish_scheduled_guidance,
    note_instruments_in_force,
    lint_guidance,
    send_corrections,
    send_news,
    close_questionnaires,
    close_consultations,
    send_questionnaires,
    tell_daily_summaries,
)
