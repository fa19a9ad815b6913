"""What becomes due by the passing of time, one function a kind of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.cases.officers import daily_summary
from desk.cases.promises import reminders
from desk.consultations import service as consultation_service
from desk.conversations import closing, retention
from desk.conversations import service as conversations
from desk.conversations.model import Person
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.guidance.drafts import due as guidance_due
from desk.guidance.lint import service as linting
from desk.imports import keeping
from desk.questionnaires import forgetting as questionnaire_forgetting
from desk.questionnaires import sending as questionnaires
from desk.questionnaires import service as questionnaire_service
from desk.ratings import reminding
from desk.ratings import service as ratings
from desk.ratings.model import RatingRequest
from desk.ratings.reviews import telling
from desk.recall import sending as corrections
from desk.subscriptions import coming_into_force, sending


def end_idle_conversations(desk: Desk) -> None:
    """Conversations in which nothing was said for some time come to their end."""
    after = dt.timedelta(minutes=desk.settings.value("idle_minutes"))
    with desk.store.reading() as session:
        idle = [conversation.id for conversation in conversations.idle(session, desk.now(), after)]
    for conversation_id in idle:
        with desk.store.writing() as session:
            still = conversations.still_idle(session, conversation_id, desk.now(), after)
            if still is not None:
                closing.close(desk, session, still, "idle")


def ask_for_waiting_ratings(desk: Desk) -> None:
    """Ratings that waited for the morning are asked for."""
    with desk.store.reading() as session:
        due = [request.id for request in ratings.due_requests(session, desk.now(), desk.rules.ratings)]
    for request_id in due:
        with desk.store.writing() as session:
            closing.ask(desk, session, session.get_one(RatingRequest, request_id))


def remind_of_ratings(desk: Desk) -> None:
    """Whoever was asked for a rating and did not answer is reminded, once."""
    with desk.store.reading() as session:
        due = reminding.due(desk, session)
    for request_id in due:
        with desk.store.writing() as session:
            reminding.remind(desk, session, request_id)


def settle_lost_deliveries(desk: Desk) -> None:
    """What a courier dropped half-way is listed as uncertain, whether or not a courier is running."""
    with desk.store.reading() as session:
        lost = deliveries.any_lost(session, "telegram", desk.now())
    if lost:
        with desk.store.writing() as session:
            deliveries.settle_lost(session, "telegram", desk.now())


def forget_old_words(desk: Desk) -> None:
    """What people wrote is kept no longer than they were told."""
    with desk.store.reading() as session:
        old = retention.due(session, desk.now())
    for conversation_id in old:
        with desk.store.writing() as session:
            retention.forget(session, conversation_id, desk.now())


def forget_words_of_questionnaires(desk: Desk) -> None:
    """What people wrote to a questionnaire is kept no longer than what they write elsewhere."""
    with desk.store.reading() as session:
        old = questionnaire_forgetting.due(session, desk.now() - retention.KEPT_FOR)
    for questionnaire_id in old:
        with desk.store.writing() as session:
            questionnaire_forgetting.forget_words(session, questionnaire_id, desk.now())


def forget_unused_addresses(desk: Desk) -> None:
    """An address that somebody signed in with once, and never used, is kept no longer than words are."""
    with desk.store.reading() as session:
        unused = accounts.unused(session, desk.now() - retention.KEPT_FOR)
    for person_id in unused:
        with desk.store.writing() as session:
            accounts.forget(session, session.get_one(Person, person_id))


def forget_files_looked_at(desk: Desk) -> None:
    """A file that somebody looked at and did not bring in is kept no longer than they were told."""
    with desk.store.reading() as session:
        is_any = keeping.any_old(session, desk.now())
    if is_any:
        with desk.store.writing() as session:
            keeping.forget_old(session, desk.now())


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
    with desk.store.reading() as session:
        under_way = sending.under_way(desk, session)
    for broadcast_id in under_way:
        with desk.store.writing() as session:
            sending.tell_some(desk, session, broadcast_id)


def send_corrections(desk: Desk) -> None:
    """Corrections of wrong answers go out to some of those who got them, so many as one second allows."""
    with desk.store.reading() as session:
        under_way = corrections.under_way(desk, session)
    for recall_id in under_way:
        with desk.store.writing() as session:
            corrections.tell_some(desk, session, recall_id)


def send_questionnaires(desk: Desk) -> None:
    """Invitations to questionnaires, and their reminders, go out to some, so many as one second allows."""
    with desk.store.reading() as session:
        under_way = questionnaires.under_way(desk, session)
    for questionnaire_id in under_way:
        with desk.store.writing() as session:
            questionnaires.ask_some(desk, session, questionnaire_id)


def close_questionnaires(desk: Desk) -> None:
    """Questionnaires end with their last day."""
    with desk.store.reading() as session:
        over = questionnaires.over(desk, session)
    for questionnaire_id in over:
        with desk.store.writing() as session:
            questionnaire = questionnaire_service.by_id(session, questionnaire_id, to_change=True)
            if questionnaire is not None:
                questionnaire_service.close_by_clock(desk, session, questionnaire)


def close_consultations(desk: Desk) -> None:
    """Consultations end with their last day."""
    with desk.store.reading() as session:
        over = consultation_service.over(desk, session)
    for consultation_id in over:
        with desk.store.writing() as session:
            consultation = consultation_service.by_id(session, consultation_id, to_change=True)
            if consultation is not None:
                consultation_service.close_by_clock(desk, session, consultation)


def remind_of_cases(desk: Desk) -> None:
    """Officers are reminded of cases at risk, heads and the department of overdue ones."""
    _case_by_case(desk, reminders.to_remind, reminders.remind)


def tell_of_delays(desk: Desk) -> None:
    """Enterprises are told that a promise slips."""
    _case_by_case(desk, reminders.to_tell_of_delay, reminders.tell_of_delay)


def return_untouched_cases(desk: Desk) -> None:
    """Cases that were claimed and left lying wait again."""
    _case_by_case(desk, reminders.to_return, reminders.return_untouched)


def close_resolved_cases(desk: Desk) -> None:
    """Cases that can no longer be opened again are closed."""
    _case_by_case(desk, reminders.to_close, reminders.close)


def _case_by_case(
    desk: Desk, find: Callable[[Desk, Session], list[int]], act: Callable[[Desk, Session, int], None]
) -> None:
    with desk.store.reading() as session:
        due = find(desk, session)
    for case_id in due:
        with desk.store.writing() as session:
            act(desk, session, case_id)


def tell_of_reviews(desk: Desk) -> None:
    """Heads are told of low ratings to review, and those above of reviews that are overdue."""
    _case_by_case(desk, telling.to_tell, telling.tell)
    _case_by_case(desk, telling.overdue, telling.tell_above)


def tell_daily_summaries(desk: Desk) -> None:
    """Officers on duty are told in the morning what is on their desk."""
    with desk.store.reading() as session:
        due = daily_summary.due(desk, session)
    for officer_id in due:
        with desk.store.writing() as session:
            daily_summary.tell(desk, session, officer_id)


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
    forget_old_words,
    forget_words_of_questionnaires,
    forget_unused_addresses,
    forget_files_looked_at,
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
