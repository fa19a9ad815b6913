"""A questionnaire as a file: YAML with both languages, read strictly, so that a slip of the pen is told."""

from __future__ import annotations

import datetime as dt

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import Heading, Plan, QuestionPlan, Sample, Words
from desk.yaml_file import parse_yaml


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Words
    introduction: Words
    thanks: Words
    anonymous: bool
    minutes: int
    last_day: dt.date | None = None
    questions: tuple[QuestionPlan, ...]
    sample: Sample = Field(default_factory=Sample)


def read(text: str) -> Plan:
    """The questionnaire of a file (content/questionnaires/ has one); raises QuestionnaireRefused."""
    try:
        found = _File.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        raise QuestionnaireRefused("questionnaire.file.not_yaml", problem=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise QuestionnaireRefused("questionnaire.file.wrong", place=place, problem=first["msg"]) from error
    heading = Heading(found.title, found.introduction, found.thanks, found.anonymous, found.minutes, found.last_day)
    return Plan(heading, found.questions, found.sample)
