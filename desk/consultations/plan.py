"""What a leader decides of a consultation: the draft rule in words, what is asked, who is told, and until when."""

from __future__ import annotations

import datetime as dt

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desk.consultations.model import Consultation
from desk.consultations.permissions import ConsultationRefused
from desk.questionnaires.plan import Words
from desk.yaml_file import parse_yaml

#: Letters of a title, a question, and of a summary or what changes, in one language; of where the full text is.
TITLE_LENGTH, QUESTION_LENGTH, TEXT_LENGTH, REFERENCE_LENGTH = 200, 300, 6000, 500
MOST_QUESTIONS = 10
#: Days that one may be open at most: a slip in the year would else leave it open for ever.
LONGEST_DAYS = 180


class ConsultationPlan(BaseModel):
    """A consultation as a form or a file holds it; ``topics`` are groups of the guidance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    summary: Words = Field(default_factory=Words)
    changes: Words = Field(default_factory=Words)
    reference: str = ""
    topics: tuple[str, ...] = ()
    questions: tuple[Words, ...] = ()
    last_day: dt.date | None = None


def read(text: str) -> ConsultationPlan:
    """The consultation of a YAML file; raises ConsultationRefused."""
    try:
        return ConsultationPlan.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        raise ConsultationRefused("questionnaire.file.not_yaml", problem=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise ConsultationRefused("questionnaire.file.wrong", place=place, problem=first["msg"]) from error


def plan_of(consultation: Consultation) -> ConsultationPlan:
    """A consultation as it is kept, to fill a form with."""
    return ConsultationPlan(
        title=Words(consultation.title_vi, consultation.title_en),
        summary=Words(consultation.summary_vi, consultation.summary_en),
        changes=Words(consultation.changes_vi, consultation.changes_en),
        reference=consultation.reference,
        topics=tuple(consultation.topics),
        questions=tuple(Words(each["vi"], each["en"]) for each in consultation.questions),
        last_day=consultation.last_day,
    )
