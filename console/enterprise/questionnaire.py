"""The questionnaire of an invited person behind the secret link: one question a page, or all of them in one form.

Nobody signs in for it, and nothing of who is at the browser is read: what is kept is what the desk keeps of an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import questionnaire_form as form
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from console.web.typed import whole_number
from desk.desk import Desk
from desk.questionnaires import answering, at_once, service
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Invitation, InvitationState, Question
from desk.questionnaires.permissions import QuestionnaireRefused

#: No search engine lists what is behind a secret link.
_HEADERS = {"x-robots-tag": "noindex, nofollow"}
_TOO_LATE = ("questionnaire.refused.finished", "questionnaire.refused.over")

#: What somebody does; returns what is to be said of it on the page after it (``?done=``).
Act = Callable[[Desk, Session, Invitation, form.Fields], str]


class Faults(Exception):
    """Some answers of the whole form were refused, the others are kept."""

    def __init__(self, refused: list[QuestionnaireRefused]) -> None:
        super().__init__("refused")
        self.refused = refused


@get("/questionnaire/{key:str}", response_headers=_HEADERS, sync_to_thread=True)
def questionnaire_page(
    request: HttpRequest, site: OfSite, key: FromPath[str], all: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Template:
    """Where somebody is: at the beginning, at a question, at the end, or too late."""
    return _page(request, site, key, is_all=bool(all), done=done if done in ("saved", "declined") else "")


@post("/questionnaire/{key:str}", response_headers=_HEADERS, status_code=200, sync_to_thread=True)
def answer_questionnaire(request: HttpRequest, site: OfSite, key: FromPath[str], data: Form) -> Template | Redirect:
    """Begin, answer, skip, go back, save, hand in or decline, by the button that was pressed."""
    act, is_all = _ACTS.get(data.get("act", "")), bool(data.get("all"))
    if act is None:
        raise NotFoundException
    try:
        with site.desk.store.writing() as session:
            done, refused = _done(site.desk, session, _known(session, key), act, data)
    except QuestionnaireRefused as one:
        done, refused = "", [one]
    if refused:
        return _page(request, site, key, is_all=is_all, refused=refused, typed=data)
    query = {"saved": "?all=1&done=saved", "all": "?all=1", "declined": "?done=declined"}.get(done, "")
    return see_other(f"/questionnaire/{key}{query}")


def _done(
    desk: Desk, session: Session, invitation: Invitation, act: Act, fields: form.Fields
) -> tuple[str, list[QuestionnaireRefused]]:
    """Act; of a whole form what is right is kept though something in it was refused."""
    try:
        return act(desk, session, invitation, fields), []
    except Faults as some:
        return "", some.refused


def _begin(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    answering.begin(desk, session, invitation)
    return "all" if fields.get("all") else ""


def _next(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    question = _question(session, invitation, fields)
    answering.answer(desk, session, invitation, question, form.given_in(fields, question))
    return ""


def _skip(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    answering.answer(desk, session, invitation, _question(session, invitation, fields), Given())
    return ""


def _back(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    """What was typed is kept; a question without an answer stays open."""
    question = _question(session, invitation, fields)
    given = form.given_in(fields, question)
    if given != Given():
        answering.answer(desk, session, invitation, question, given)
    answering.go_to(desk, session, invitation, question.position - 1)
    return ""


def _change(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    answering.go_to(desk, session, invitation, _question(session, invitation, fields).position)
    return ""


def _save(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    _take_all(desk, session, invitation, fields, is_whole=False)
    return "saved"


def _send(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    _take_all(desk, session, invitation, fields, is_whole=True)
    answering.finish(desk, session, invitation)
    return ""


def _finish(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    answering.finish(desk, session, invitation)
    return ""


def _decline(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields) -> str:
    answering.decline(desk, session, invitation)
    return "declined"


_ACTS: dict[str, Act] = {
    "begin": _begin,
    "next": _next,
    "skip": _skip,
    "back": _back,
    "change": _change,
    "save": _save,
    "send": _send,
    "finish": _finish,
    "decline": _decline,
}


def _take_all(desk: Desk, session: Session, invitation: Invitation, fields: form.Fields, *, is_whole: bool) -> None:
    questions = invitation.questionnaire.questions
    given = {question.id: form.given_in(fields, question) for question in questions}
    refused = at_once.answer_all(desk, session, invitation, given, is_whole=is_whole)
    if refused:
        raise Faults(refused)


def _question(session: Session, invitation: Invitation, fields: form.Fields) -> Question:
    """The question that the page was about; another questionnaire's was not sent by any page."""
    question = service.question_of(session, invitation.questionnaire, whole_number(fields.get("question")))
    if question is None:
        raise NotFoundException
    return question


def _known(session: Session, key: str) -> Invitation:
    invitation = answering.invitation_by_key(session, key)
    if invitation is None:
        raise NotFoundException
    return invitation


def _page(
    request: HttpRequest,
    site: Site,
    key: str,
    *,
    is_all: bool = False,
    done: str = "",
    refused: list[QuestionnaireRefused] | None = None,
    typed: form.Fields | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    errors = {one.field: desk.texts.say(one.reason, language, **one.values) for one in refused or []}
    with desk.store.reading() as session:
        invitation = _known(session, key)
        asks = invitation.questionnaire
        too_late = _too_late(desk, invitation)
        values: dict[str, Any] = {
            "title": asks.title(language),
            "unit": asks.unit.name(language),
            "introduction": asks.introduction(language),
            "thanks": asks.thanks(language),
            "anonymous": asks.anonymous,
            "minutes": asks.minutes,
            "last_day": asks.last_day,
            "count": len(asks.questions),
            "is_finished": invitation.state == InvitationState.FINISHED,
            "is_published": asks.published_at is not None,
            "questionnaire_id": asks.id,
        }
        screen = "over" if too_late else _screen(desk, session, invitation, is_all, typed)
        if not too_late:
            values |= _questions(desk, session, invitation, language, errors, typed)
    status = 409 if refused and too_late else 422 if errors else 200
    return page(
        request,
        site,
        f"enterprise/questionnaire_{screen}.html",
        status=status,
        here=f"/questionnaire/{key}",
        done=done,
        errors=errors,
        refused=errors.get("", ""),
        too_late=desk.texts.say(too_late, language) if too_late else "",
        **values,
    )


def _too_late(desk: Desk, invitation: Invitation) -> str:
    """The text that says why nothing can be answered any more; empty where it can."""
    try:
        answering.must_be_answerable(desk, invitation)
    except QuestionnaireRefused as refused:
        return refused.reason
    return ""


def _screen(desk: Desk, session: Session, invitation: Invitation, is_all: bool, typed: form.Fields | None) -> str:
    """The template of where somebody is."""
    if is_all and invitation.state != InvitationState.DECLINED:
        return "all"
    if invitation.state != InvitationState.BEGUN:
        return "begin"
    if typed is not None and typed.get("question"):
        return "question"
    return "question" if answering.progress(session, invitation).question is not None else "end"


def _questions(
    desk: Desk,
    session: Session,
    invitation: Invitation,
    language: Any,
    errors: dict[str, str],
    typed: form.Fields | None,
) -> dict[str, Any]:
    """All questions with what was typed or answered before, and the one that is asked now."""
    progress = answering.progress(session, invitation)
    asked = invitation.questionnaire.questions
    shown, answered = [], []
    for question in asked:
        answer = progress.answers.get(question.id)
        fields = typed if typed is not None else form.fields_of(question, answer)
        shown.append(form.shown(desk, question, fields, language, errors.get(form.field_of(question), "")))
        answered.append(form.in_words(desk, question, answer, language))
    now = whole_number((typed or {}).get("question")) or (progress.question.id if progress.question else 0)
    return {
        "questions": shown,
        "question": next((one for one in shown if one.id == now), None),
        "answered": answered,
        "missing": [question.position + 1 for question in progress.missing],
    }
