"""The form of a draft questionnaire: its fields, the plan that they make, and the buttons that rearrange questions.

It works without a script: every button sends the whole form, and what was typed comes back rearranged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.web.typed import day_typed, whole_number, words
from desk.guidance.record import LANGUAGES
from desk.questionnaires.model import QuestionKind, Questionnaire, Scale
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import Heading, QuestionPlan, Words, heading_of, plan_of
from desk.questionnaires.writing import Incomplete, Written

Fields = Mapping[str, str]
TEXTS = ("title", "introduction", "thanks")
#: Rows of options that are offered at first, and how many a button adds.
FIRST_ROWS, MORE_ROWS = 3, 2
#: A form with more questions than any limit allows was not made by this page.
_MOST = 60


@dataclass(frozen=True)
class ShownQuestion:
    """A question of the form: the beginning of its fields' names, its kind, and how many rows of options it shows."""

    place: int
    name: str
    kind: str
    rows: int


Question = dict[str, str]


def of_draft(questionnaire: Questionnaire) -> dict[str, str]:
    """A draft as the fields of its form."""
    heading = heading_of(questionnaire)
    fields = {f"{part}-{code}": getattr(getattr(heading, part), code) for part in TEXTS for code in LANGUAGES}
    fields |= {
        "anonymous": "yes" if heading.anonymous else "no",
        "minutes": str(heading.minutes),
        "last_day": heading.last_day.isoformat() if heading.last_day else "",
    }
    questions = [{"id": str(each.id), **_of_plan(plan_of(each))} for each in questionnaire.questions]
    return fields | _named(questions)


def empty() -> dict[str, str]:
    """The form of a questionnaire that nobody has begun to write."""
    return {"anonymous": "yes", "minutes": "3", "last_day": "", "count": "0"}


def heading_in(fields: Fields) -> Heading:
    """What is said before and after the questions; raises Incomplete for a day that is none."""
    last_day: dt.date | None = day_typed(fields.get("last_day"))
    if words(fields, "last_day") and last_day is None:
        raise Incomplete([QuestionnaireRefused("page.questionnaires.refused_day", "last_day")])
    texts = {part: Words(*(words(fields, f"{part}-{code}") for code in LANGUAGES)) for part in TEXTS}
    return Heading(
        **texts,
        anonymous=fields.get("anonymous") == "yes",
        minutes=whole_number(fields.get("minutes")),
        last_day=last_day,
    )


def questions_in(fields: Fields) -> list[Written]:
    """The questions in their order."""
    return [Written(_plan(question), whole_number(question.get("id")) or None) for question in _questions(fields)]


def rearranged(fields: Fields, act: str, most_rows: int) -> dict[str, str] | None:
    """The form after one of its buttons: add-KIND, remove-N, up-N, down-N, more-N; None for any other button."""
    verb, _, what = act.partition("-")
    do = _REARRANGE.get(verb)
    questions = _questions(fields)
    if do is None or not _is_possible(verb, what, questions):
        return None
    do(questions, what)
    for question in questions:
        question["rows"] = str(min(whole_number(question.get("rows")), most_rows))
    kept = {name: value for name, value in fields.items() if not name.startswith("question-") and name != "count"}
    return kept | _named(questions)


def shown(fields: Fields, most_rows: int) -> list[ShownQuestion]:
    """The questions as the form shows them, with a row to spare for options."""
    found = []
    for place, question in enumerate(_questions(fields)):
        used = [row for row in range(most_rows) if any(question.get(f"option-{row}-{code}") for code in LANGUAGES)]
        rows = max(FIRST_ROWS, (used[-1] + 2 if used else 0), whole_number(question.get("rows")))
        found.append(ShownQuestion(place, f"question-{place}", _kind(question).value, min(rows, most_rows)))
    return found


def _of_plan(plan: QuestionPlan) -> Question:
    question = {"kind": plan.kind.value, "scale": plan.scale.value if plan.scale else ""}
    question |= {f"text-{code}": getattr(plan.text, code) for code in LANGUAGES}
    question |= {"optional": "yes"} if plan.optional else {}
    question |= {"several": "yes"} if plan.several else {}
    question["longest"] = str(plan.longest or "")
    for row, option in enumerate(plan.options):
        question |= {f"option-{row}-{code}": getattr(option, code) for code in LANGUAGES}
    return question


def _plan(question: Question) -> QuestionPlan:
    """What belongs to another kind is left out, as the store leaves it out."""
    kind, scale = _kind(question), question.get("scale", "")
    is_choice = kind is QuestionKind.CHOICE
    return QuestionPlan(
        kind,
        Words(*(words(question, f"text-{code}") for code in LANGUAGES)),
        optional=bool(question.get("optional")),
        scale=Scale(scale) if kind is QuestionKind.LEVEL and scale in set(Scale) else None,
        options=_options(question) if is_choice else (),
        several=is_choice and bool(question.get("several")),
        longest=(whole_number(question.get("longest")) or None) if kind is QuestionKind.TEXT else None,
    )


def _options(question: Question) -> tuple[Words, ...]:
    rows = sorted({int(name.split("-")[1]) for name in question if name.startswith("option-")})
    typed = [Words(*(words(question, f"option-{row}-{code}") for code in LANGUAGES)) for row in rows]
    return tuple(option for option in typed if option.vi or option.en)


def _kind(question: Question) -> QuestionKind:
    typed = question.get("kind", "")
    return QuestionKind(typed) if typed in set(QuestionKind) else QuestionKind.TEXT


def _questions(fields: Fields) -> list[Question]:
    """The fields of each question, without the beginning of their names."""
    found: list[Question] = [{} for _ in range(min(whole_number(fields.get("count")), _MOST))]
    for name, value in fields.items():
        _, _, rest = name.partition("question-")
        place, _, part = rest.partition("-")
        if part and place.isdecimal() and int(place) < len(found) and _is_a_part(part):
            found[int(place)][part] = value
    return found


def _is_a_part(part: str) -> bool:
    pieces = part.split("-")
    return pieces[0] != "option" or (len(pieces) == 3 and pieces[1].isdecimal() and len(pieces[1]) < 3)


def _named(questions: list[Question]) -> dict[str, str]:
    fields = {"count": str(len(questions))}
    for place, question in enumerate(questions):
        fields |= {f"question-{place}-{part}": value for part, value in question.items()}
    return fields


def _is_possible(verb: str, what: str, questions: list[Question]) -> bool:
    if verb == "add":
        return what in set(QuestionKind) and len(questions) < _MOST
    return what.isdecimal() and int(what) < len(questions)


def _add(questions: list[Question], kind: str) -> None:
    questions.append({"kind": kind, "scale": Scale.SATISFACTION.value, "longest": "500"})


def _remove(questions: list[Question], place: str) -> None:
    del questions[int(place)]


def _up(questions: list[Question], place: str) -> None:
    question = questions.pop(int(place))
    questions.insert(max(int(place) - 1, 0), question)


def _down(questions: list[Question], place: str) -> None:
    question = questions.pop(int(place))
    questions.insert(int(place) + 1, question)


def _more(questions: list[Question], place: str) -> None:
    question = questions[int(place)]
    used = [int(name.split("-")[1]) for name in question if name.startswith("option-")]
    question["rows"] = str(max([*used, FIRST_ROWS - 1]) + 1 + MORE_ROWS)


_REARRANGE: dict[str, Callable[[list[Question], str], None]] = {
    "add": _add,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "more": _more,
}
